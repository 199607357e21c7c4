using Grpc.Core;

namespace XoeNovAi.Gateway.Tests.Tls;

internal sealed class GreeterService : Greeter.GreeterBase
{
    public override Task<GreetReply> Greet(GreetRequest request, ServerCallContext context) =>
        request.Name.Length > 0
            ? Task.FromResult(new GreetReply { Greeting = $"Hello {request.Name}" })
            : throw new RpcException(new Status(StatusCode.InvalidArgument, "no name"));

    public override async Task Count(CountRequest request, IServerStreamWriter<CountReply> responseStream, ServerCallContext context)
    {
        for (var number = 1; number <= request.To; number++)
        {
            await responseStream.WriteAsync(new CountReply { Number = number }, context.CancellationToken);
        }
    }
}
