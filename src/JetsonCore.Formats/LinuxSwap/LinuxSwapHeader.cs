// The header of a Linux swap area: the first page, in the byte order of the machine; little-endian here.
//
//   0x000 1024 left to boot loaders    0x40C 16 UUID
//   0x400    4 version, 1              0x41C 16 label
//   0x404    4 number of the last page 0x600  4 number of a bad page, as often as there are
//   0x408    4 bad pages               10 bytes before the end of the page: SWAPSPACE2
//
// The size of a page stands nowhere: it is told by where the magic lies.
// Spec: mkswap(8), Linux include/linux/swap.h: facts only.
using System.Text;
using JetsonCore.Formats.Binary;

namespace JetsonCore.Formats.LinuxSwap;

/// <summary>The facts of a swap area.</summary>
public sealed record LinuxSwapHeader
{
    private const int PageSizeMin = 4 << 10, PageSizeMax = 64 << 10;
    private const int Offset = 0x400, BadPagesOffset = 0x600, BadPageLength = 4, UuidLength = 16, LabelLength = 16;
    private const uint Version = 1;

    /// <summary>The label.</summary>
    public required string Label { get; init; }

    /// <summary>The UUID.</summary>
    public required Guid Uuid { get; init; }

    /// <summary>Bytes of a page.</summary>
    public required int PageSize { get; init; }

    /// <summary>Pages, the first with the header.</summary>
    public required long PageCount { get; init; }

    /// <summary>Pages that are not used because the device cannot keep them.</summary>
    public required uint BadPages { get; init; }

    /// <summary>Bytes that can be swapped out to it.</summary>
    public long UsableBytes => (PageCount - 1 - BadPages) * PageSize;

    private static ReadOnlySpan<byte> Magic => "SWAPSPACE2"u8;

    /// <summary>Whether a file that begins so may be a swap area; 64 KiB tell it for pages of every size.</summary>
    public static bool IsArea(ReadOnlySpan<byte> head) => PageSizeOf(head) is not null;

    /// <summary>Reads the header.</summary>
    /// <exception cref="MalformedDataException">There is none, or its numbers contradict each other.</exception>
    public static LinuxSwapHeader Read(Stream area)
    {
        ArgumentNullException.ThrowIfNull(area);
        byte[] bytes = area.ReadBytesAt(0, (int)Math.Min(area.Length, PageSizeMax));
        int pageSize = PageSizeOf(bytes) ?? throw new MalformedDataException(0, "no Linux swap area");
        var cursor = new SpanCursor(bytes);
        cursor.Skip(Offset);
        uint version = cursor.ReadUInt32LittleEndian();
        if (version != Version)
            throw new MalformedDataException(Offset, $"swap area of version {version}, not {Version}");
        uint lastPage = cursor.ReadUInt32LittleEndian(), badPages = cursor.ReadUInt32LittleEndian();
        int badPagesMax = (pageSize - Magic.Length - BadPagesOffset) / BadPageLength;
        if (badPages > badPagesMax)
            throw new MalformedDataException(Offset + 8, $"{badPages} bad pages, and there is room for {badPagesMax}");
        if (badPages >= lastPage)
            throw new MalformedDataException(Offset + 4, $"no page to swap to: {lastPage}, {badPages} of them bad");
        var uuid = new Guid(cursor.Take(UuidLength), bigEndian: true);
        ReadOnlySpan<byte> label = cursor.Take(LabelLength);
        int end = label.IndexOf((byte)0);
        return new()
        {
            Label = Encoding.UTF8.GetString(end < 0 ? label : label[..end]),
            Uuid = uuid,
            PageSize = pageSize,
            PageCount = lastPage + 1L,
            BadPages = badPages,
        };
    }

    private static int? PageSizeOf(ReadOnlySpan<byte> head)
    {
        for (int size = PageSizeMin; size <= Math.Min(PageSizeMax, head.Length); size *= 2)
        {
            if (head[..size].EndsWith(Magic))
                return size;
        }
        return null;
    }
}
