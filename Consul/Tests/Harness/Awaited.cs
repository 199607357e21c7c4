using XoeNovAi.Consul.Discovery;

namespace XoeNovAi.Consul.Tests.Harness;

/// <summary>Waits for what Consul tells of by blocking queries.</summary>
internal static class Awaited
{
    extension(ConsulClient consul)
    {
        /// <summary>Waits until the instances of a service are as they should be.</summary>
        public async Task<IReadOnlyList<HealthEntry>> InstancesAsync(string awaited, string service, Func<IReadOnlyList<HealthEntry>, bool> holds, TimeSpan limit, CancellationToken cancellationToken)
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            deadline.CancelAfter(limit);
            IReadOnlyList<HealthEntry> last = [];
            try
            {
                for (ulong index = 0; ;)
                {
                    (last, index) = await consul.Health.InstancesAsync(service, null, new(index, limit), deadline.Token);
                    if (holds(last))
                    {
                        return last;
                    }
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                var seen = string.Join(", ", last.Select(static e => $"{e.Service.Id} {string.Join('/', e.Checks.Select(static c => $"{c.Id} {c.Status} {c.Output}"))}"));
                throw new AssertFailedException($"{awaited}: not within {limit.TotalSeconds:0.###} s. Consul's instances of {service}: {seen}");
            }
        }
    }
}
