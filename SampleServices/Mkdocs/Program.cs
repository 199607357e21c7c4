using XoeNovAi.ServiceDefaults.Api;

await PageService.RunAsync(args);
