// U-Boot's environment: names and values, sorted, with the types and access rights that some names have.
//
//   ipaddr gatewayip netmask serverip dnsip   an address of four numbers      ethaddr, eth1addr, …   a MAC address,
//   vlan nvlan                                decimal digits                  serial#                set once
//
// Source: U-Boot 2023.01, include/env_flags.h, measured in QEMU.
using System.Text.RegularExpressions;

namespace JetsonCore.Boot.Commands;

internal sealed partial class UBootVariables
{
    private static readonly string[] Consoles = ["stdin", "stdout", "stderr"];

    private readonly SortedDictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>What stdin, stdout and stderr can be set to; null: what that is on the board is not known.</summary>
    public IReadOnlyList<string>? ConsoleDevices { get; init; }

    /// <summary>All of them, in order.</summary>
    public IReadOnlyDictionary<string, string> All => _values;

    /// <summary>Whether a variable names no console that is not there.</summary>
    public bool HasConsole(string name, string value) =>
        ConsoleDevices is not { } devices || !Consoles.Contains(name) || devices.Contains(value);

    public string? Find(string name) => _values.GetValueOrDefault(name);

    /// <summary>Forgets all of them.</summary>
    public void Clear() => _values.Clear();

    /// <summary>Sets a variable whatever its rights are: what is read from storage.</summary>
    public void Import(string name, string value) => _values[name] = value;

    /// <summary>Sets a variable; null, or what the console says about it.</summary>
    public string? Set(string name, string value, bool isForced)
    {
        bool isNew = !_values.TryGetValue(name, out string? old);
        string? complaint = TypeComplaint(name, value);
        if (complaint is null && !isNew && !isForced && IsWriteOnce(name))
            complaint = $"## Error: Can't overwrite \"{name}\"\n";
        if (complaint is not null && !isForced)
            return complaint + $"## Error inserting \"{name}\" variable, errno=1\n";
        if (!HasConsole(name, value))
            return $"## Error inserting \"{name}\" variable, errno=22\n";
        _values[name] = value;
        return null;
    }

    /// <summary>Deletes a variable; whether there was one that may be deleted, and what is said otherwise.</summary>
    public (bool IsGone, bool WasThere, string? Complaint) Delete(string name, bool isForced)
    {
        if (!_values.ContainsKey(name))
            return (false, false, null);
        if (IsWriteOnce(name) && !isForced)
            return (false, true, $"## Error: Can't delete \"{name}\"\n");
        return (_values.Remove(name), true, null);
    }

    private static bool IsWriteOnce(string name) => name == "serial#" || EthernetName().IsMatch(name);

    private static string? TypeComplaint(string name, string value)
    {
        (char type, bool isRight) = name switch
        {
            "ipaddr" or "gatewayip" or "netmask" or "serverip" or "dnsip" => ('i', Address().IsMatch(value)),
            "vlan" or "nvlan" => ('d', value.All(char.IsAsciiDigit)),
            _ when EthernetName().IsMatch(name) => ('m', Mac().IsMatch(value)),
            _ => ('s', true),
        };
        return isRight ? null
            : $"## Error: flags type check failure for \"{name}\" <= \"{value}\" (type: {type})\n";
    }

    [GeneratedRegex(@"^eth\d*addr\z")]
    private static partial Regex EthernetName();

    [GeneratedRegex(@"^\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}\z")]
    private static partial Regex Address();

    [GeneratedRegex(@"^[0-9A-Fa-f]{1,2}(:[0-9A-Fa-f]{1,2}){5}\z")]
    private static partial Regex Mac();
}
