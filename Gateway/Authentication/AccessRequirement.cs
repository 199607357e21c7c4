using Microsoft.AspNetCore.Authorization;

namespace XoeNovAi.Gateway.Authentication;

/// <summary>A policy of the settings, by its name: what it asks for may change while the gateway runs.</summary>
internal sealed record AccessRequirement(string Policy) : IAuthorizationRequirement;
