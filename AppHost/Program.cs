using XoeNovAi.AppHost.Certificates;
using XoeNovAi.AppHost.Data;
using XoeNovAi.AppHost.Networks;
using XoeNovAi.AppHost.Plants;
using XoeNovAi.AppHost.Services;
using XoeNovAi.AppHost.Startup;
using XoeNovAi.Hosting.Consul;
using XoeNovAi.Hosting.Podman;
using XoeNovAi.Hosting.Podman.Faults;
using XoeNovAi.Hosting.Podman.Networks;
using XoeNovAi.Hosting.Publishing;

return await StackProgram.RunAsync(args, () =>
{
    // What is served with TLS has a certificate of the run's own authority; the developer's is in no container.
    var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DashboardApplicationName = "Xoe-NovAi", TrustDeveloperCertificate = false });
    var options = builder.WithAspireDefaults().AddStackOptions();
    var plants = builder.FindPlants(options);
    builder.SetUpMachine(options).UseRootlessPodman().AddEnginePublishers();
    var authority = RunCertificateAuthority.Create(TimeProvider.System);

    var app = builder.AddPodmanNetwork("app-network", "xnai_app_network");
    var db = builder.AddPodmanNetwork("db-network", "xnai_db_network");

    var consul = builder.AddConsul("consul")
        .WithStackTuning(options.Consul, authority)
        .OnNetwork(app).OnNetwork(db);

    var network = new StackNetworks(db, consul, authority, new(builder, authority), options);

    var xnai = builder.AddStackPostgres("postgres", "xnai", network, memoryMegabytes: 768, cpus: 1);
    var redis = builder.AddStackRedis("redis", network, memoryMegabytes: 512, cpus: 0.5);

    var qdrant = builder.AddStackService<Projects.Qdrant>("qdrant", 6333, network)
        .OnNetwork(db)
        .WithHttpHealthCheck("/healthz")
        .WithLimits(memoryMegabytes: 1024, cpus: 1);

    var rag = builder.AddStackService<Projects.Rag>("rag", 8012, network, instances: 2)
        .OnNetwork(app).OnNetwork(db)
        .WithHttpHealthCheck("/xnai/api/v1/health")
        .WithReference(xnai, redis)
        .WaitFor(qdrant)
        .WithReadableKeys("xnai/config/rag/")
        .WithLimits(memoryMegabytes: 1536, cpus: 2);

    builder.AddStackService<Projects.Oikos>("oikos", 8006, network)
        .OnNetwork(app).OnNetwork(db)
        .WithHttpHealthCheck("/health")
        .WithReference(redis)
        .WithLimits(memoryMegabytes: 1024, cpus: 1);

    var memoryBank = builder.AddStackService<Projects.MemoryBank>("memory-bank", 8000, network)
        .OnNetwork(app).OnNetwork(db)
        .WithHttpHealthCheck("/health")
        .WithReference(xnai, redis);

    rag.WithUpstream(qdrant).WithUpstream(memoryBank);
    memoryBank.WithUpstream(rag);

    builder.AddStackService<Projects.CurationWorker>("curation-worker", 8020, network)
        .OnNetwork(db)
        .WithHttpHealthCheck("/health")
        .WithReference(xnai, redis)
        .WithLimits(memoryMegabytes: 1536);

    builder.AddStackService<Projects.Pages>("chainlit", 8001, network)
        .OnNetwork(app)
        .WithHttpHealthCheck("/")
        .WithLimits(memoryMegabytes: 1024);

    builder.AddStackService<Projects.Pages>("open-webui", 8080, network)
        .OnNetwork(app)
        .WithHttpHealthCheck("/")
        .WithLimits(memoryMegabytes: 1024);

    builder.AddStackService<Projects.Vikunja>("vikunja", 3456, network)
        .OnNetwork(app).OnNetwork(db)
        .WithHttpHealthCheck("/api/v1/info");

    builder.AddStackService<Projects.Pages>("mkdocs", 8008, network)
        .OnNetwork(app)
        .WithHttpHealthCheck("/");

    builder.AddStackService<Projects.Gateway>("gateway", 8000, network)
        .OnNetwork(app)
        .WithHttpHealthCheck("/health")
        .WithReadableKeys("xnai/gateway/")
        .WithHostPort(options.GatewayPort)
        .WithHttpsEndpoint(8443)
        .WithLimits(memoryMegabytes: 256);

    if (options.Faults)
    {
        builder.AddFaultCommands();
    }

    builder.PlantFaults(plants);
    return builder.Build();
});
