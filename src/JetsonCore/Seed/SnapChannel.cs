// Channels as snapd reads them: TRACK/RISK/BRANCH with parts left out.
//
//   stable           a risk                  18            a track
//   edge/fix         a risk and a branch     18/edge/fix   all three
//
// Peer: snapd snap/channel/channel.go (ParseVerbatim, Resolve, ResolvePinned).
using System.Collections.Immutable;

namespace JetsonCore.Seed;

/// <summary>What a channel's name says.</summary>
internal static class SnapChannel
{
    private static readonly ImmutableArray<string> Risks = ["stable", "candidate", "beta", "edge"];

    /// <summary>Why a text is no channel, or null.</summary>
    public static string? Doubt(string channel)
    {
        string[] parts = channel.Split('/');
        if (parts.Length > 3)
            return "it has more than track, risk and branch";
        if (parts.Contains(""))
            return "a part of it is empty";
        string? risk = parts switch
        {
            [_, var second, _] => second,
            [var first, var second] => Risks.Contains(first) ? first : second,
            _ => null,
        };
        return risk is null || Risks.Contains(risk) ? null : $"\"{risk}\" is none of {string.Join(", ", Risks)}";
    }

    /// <summary>A channel, with the track of another where it names none.</summary>
    public static string Resolve(string other, string? channel) =>
        channel is null ? other
            : Risks.Contains(channel.Split('/')[0]) ? $"{other.Split('/')[0]}/{channel}" : channel;

    /// <summary>The channel of a snap that is pinned to a track; null where the channel names another track.</summary>
    public static string? Pin(string track, string channel)
    {
        if (Risks.Contains(channel.Split('/')[0]))
            return $"{track}/{channel}";
        return channel == track || channel.StartsWith($"{track}/", StringComparison.Ordinal) ? channel : null;
    }
}
