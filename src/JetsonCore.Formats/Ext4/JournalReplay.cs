// Plays back a journal as Linux does when it mounts, but into a map instead of the file system. Three walks along the
// ring: how far whole transactions reach, which blocks later ones revoke, and where the newest copy of each block lies.
//
//   descriptor   12 header, tags: 4 block, 2 checksum, 2 flags, 4 upper half of the block (64bit), 2 unused (version 2)
//                of version 3:    4 block, 4 flags, 4 upper half of the block, 4 checksum
//                each with 16 bytes of UUID behind it unless flag 2 says the same as before; flag 1: the copy begins
//                with the magic, written as zeros; flag 8: the last; then the copies, a block each
//   revoke       12 header, 4 length in use, numbers of blocks: copies up to this transaction do not count
//   commit       12 header, 1 kind and 1 length of checksum, 0x10 checksum, 0x30 8 time; ends a transaction
//
// Checksums: version 1 (a feature) is in the commit, of all descriptors and copies; versions 2 and 3 are in every
// block of the journal's own (descriptors and revokes: the last four bytes) and, of the copies, in the tags. A copy
// or commit that does not fit its checksum is damage: Linux does not mount it. But a commit older than the one before
// is left over from an earlier round, and one that was not waited for (async_commit) was cut off: it and all behind
// it do not count.
// Spec: Linux Documentation/filesystems/ext4/journal.rst; behaviour: Linux 6.1, e2fsck.
using JetsonCore.Formats.Binary;
using static System.Buffers.Binary.BinaryPrimitives;

namespace JetsonCore.Formats.Ext4;

/// <summary>Finds out what a journal would write where.</summary>
internal sealed class JournalReplay
{
    private const int TagLengthV3 = 16, TagLengthShort = 8, UuidLength = 16;
    private const uint EscapedFlag = 1, SameUuidFlag = 2, LastFlag = 8;
    private const int CommitChecksumKindOffset = 0x0C, CommitChecksumOffset = 0x10, CommitTimeOffset = 0x30;
    private const byte Crc32Kind = 1, Crc32Length = 4;

    /// <summary>Blocks to be remembered: 8 GiB of 4096-byte blocks; journals usually have 1 GiB at most.</summary>
    private const int BlocksMax = 1 << 21;

    private readonly JournalLog _log;
    private readonly byte[] _block, _copy;
    private readonly Dictionary<long, uint> _revoked = [];
    private readonly Dictionary<long, long> _copies = [];
    private uint _at, _sequence, _walked;

    private JournalReplay(JournalLog log)
    {
        _log = log;
        (_block, _copy) = (new byte[log.BlockSize], new byte[log.BlockSize]);
    }

    private int TagLength => _log.Has(JournalFeatures.ChecksumV3)
        ? TagLengthV3
        : TagLengthShort + (_log.Has(JournalFeatures.Bit64) ? 4 : 0) + (_log.Has(JournalFeatures.ChecksumV2) ? 2 : 0);

    private int BodyEnd => _block.Length - (_log.HasChecksums ? JournalLog.TailLength : 0);

    /// <summary>
    /// The blocks that a journal has newer copies of, and for each the place of the copy as
    /// <see cref="JournalledImage"/> takes it.
    /// </summary>
    /// <exception cref="MalformedDataException">It is damaged, or holds what cannot be played back.</exception>
    public static Dictionary<long, long> Of(JournalLog log)
    {
        var replay = new JournalReplay(log);
        if (log.Start == 0)
            return replay._copies;
        uint end = replay.FindEnd();
        if (log.HasFastCommit(end))
            throw log.Broken("has fast commits to be played back, which is not supported");
        replay.Walk(end, replay.Revoke, tag => { });
        replay.Walk(end, () => { }, replay.Take);
        return replay._copies;
    }

    /// <summary>The first transaction that is not whole.</summary>
    private uint FindEnd()
    {
        bool isDoubtful = false;
        ulong lastTime = 0;
        uint sum = uint.MaxValue;
        Begin();
        while (NextBlock())
        {
            switch (Kind)
            {
                case JournalLog.Descriptor:
                    isDoubtful |= !TailHolds();
                    sum = Pass(sum);
                    break;
                case JournalLog.Revoke:
                    isDoubtful |= !TailHolds();
                    break;
                case JournalLog.Commit:
                    ulong time = ReadUInt64BigEndian(_block.AsSpan(CommitTimeOffset));
                    if (isDoubtful || !CommitHolds(sum))
                    {
                        if (time >= lastTime && (isDoubtful || !_log.Has(JournalFeatures.AsyncCommit)))
                            throw _log.Broken($"has a wrong checksum {(isDoubtful ? "within" : "of the commit of")} "
                                + $"transaction {_sequence}");
                        return _sequence;
                    }
                    (lastTime, sum) = (time, uint.MaxValue);
                    _sequence = unchecked(_sequence + 1);
                    break;
                default:
                    return _sequence;
            }
        }
        return _sequence;
    }

    private void Walk(uint end, Action revoke, Action<Tag> take)
    {
        Begin();
        while (_sequence != end && NextBlock())
        {
            if (Kind == JournalLog.Commit)
                _sequence = unchecked(_sequence + 1);
            else if (Kind == JournalLog.Revoke)
                revoke();
            else if (Kind == JournalLog.Descriptor)
                ForEachTag(take);
        }
        if (_sequence != end)
            throw _log.Broken($"ends at transaction {_sequence}, not {end}");
    }

    private uint Kind => ReadUInt32BigEndian(_block.AsSpan(JournalLog.KindOffset));

    private void Begin() => (_at, _sequence, _walked) = (_log.Start, _log.StartSequence, 0);

    /// <summary>Reads the next block of the journal's own; false where none of the transaction follows.</summary>
    private bool NextBlock()
    {
        _log.Read(Advance(), _block);
        return ReadUInt32BigEndian(_block) == JournalLog.Magic
            && ReadUInt32BigEndian(_block.AsSpan(JournalLog.SequenceOffset)) == _sequence;
    }

    private uint Advance()
    {
        if (++_walked > _log.End)
            throw _log.Broken("runs in a circle");
        uint now = _at++;
        if (_at >= _log.End)
            _at = _log.First;
        return now;
    }

    /// <summary>Passes over a descriptor's copies; version 1 sums up both.</summary>
    private uint Pass(uint sum)
    {
        bool isSummed = _log.Has(JournalFeatures.ChecksumV1);
        if (isSummed)
            sum = Crc32Forward.Append(sum, _block);
        ForEachTag(tag =>
        {
            if (!isSummed)
                return;
            _log.Read(tag.Copy, _copy);
            sum = Crc32Forward.Append(sum, _copy);
        });
        return sum;
    }

    private void ForEachTag(Action<Tag> use)
    {
        for (int at = JournalLog.HeaderLength; at + TagLength <= BodyEnd;)
        {
            Tag tag = ReadTag(_block.AsSpan(at, TagLength), Advance());
            use(tag);
            at += TagLength + ((tag.Flags & SameUuidFlag) != 0 ? 0 : UuidLength);
            if ((tag.Flags & LastFlag) != 0)
                return;
        }
    }

    private Tag ReadTag(ReadOnlySpan<byte> bytes, uint copy)
    {
        long block = ReadUInt32BigEndian(bytes);
        bool isV3 = _log.Has(JournalFeatures.ChecksumV3);
        if (_log.Has(JournalFeatures.Bit64))
            block |= (long)(ReadUInt32BigEndian(bytes[8..]) & int.MaxValue) << 32;
        return isV3
            ? new(block, ReadUInt32BigEndian(bytes[4..]), copy, ReadUInt32BigEndian(bytes[12..]))
            : new(block, ReadUInt16BigEndian(bytes[6..]), copy, ReadUInt16BigEndian(bytes[4..]));
    }

    private void Take(Tag tag)
    {
        if (_revoked.TryGetValue(tag.Block, out uint last) && !IsBehind(_sequence, last))
            return;
        if (_log.HasChecksums)
            CheckCopy(tag);
        _copies[tag.Block] = JournalledImage.CopyAt(_log.PlaceOf(tag.Copy), (tag.Flags & EscapedFlag) != 0);
        if (_copies.Count > BlocksMax)
            throw _log.Broken($"has more than {BlocksMax} blocks to be played back");
    }

    private void CheckCopy(Tag tag)
    {
        Span<byte> sequence = stackalloc byte[4];
        WriteUInt32BigEndian(sequence, _sequence);
        _log.Read(tag.Copy, _copy);
        uint checksum = Crc32C.Append(Crc32C.Append(_log.Seed, sequence), _copy);
        if (tag.Checksum != (_log.Has(JournalFeatures.ChecksumV3) ? checksum : checksum & ushort.MaxValue))
            throw _log.Broken($"has a wrong checksum of its copy of block {tag.Block} in transaction {_sequence}");
    }

    private void Revoke()
    {
        int width = _log.Has(JournalFeatures.Bit64) ? 8 : 4, start = JournalLog.HeaderLength + 4;
        uint end = ReadUInt32BigEndian(_block.AsSpan(JournalLog.HeaderLength));
        if (end > BodyEnd)
            throw _log.Broken($"has {end} bytes of revoked blocks in a block of {_block.Length}");
        for (int at = start; at + width <= end; at += width)
        {
            long block = width == 8
                ? ReadInt64BigEndian(_block.AsSpan(at))
                : ReadUInt32BigEndian(_block.AsSpan(at));
            if (!_revoked.TryGetValue(block, out uint before) || IsBehind(_sequence, before))
                _revoked[block] = _sequence;
        }
        if (_revoked.Count > BlocksMax)
            throw _log.Broken($"revokes more than {BlocksMax} blocks");
    }

    /// <summary>Whether one transaction comes behind another: their numbers may have started anew.</summary>
    private static bool IsBehind(uint sequence, uint other) => unchecked((int)(sequence - other)) > 0;

    private bool TailHolds()
    {
        if (!_log.HasChecksums)
            return true;
        uint checksum = Crc32C.Append(Crc32C.Append(_log.Seed, _block.AsSpan(0, BodyEnd)), [0, 0, 0, 0]);
        return checksum == ReadUInt32BigEndian(_block.AsSpan(BodyEnd));
    }

    private bool CommitHolds(uint sum)
    {
        ReadOnlySpan<byte> block = _block;
        uint stored = ReadUInt32BigEndian(block[CommitChecksumOffset..]);
        if (_log.HasChecksums)
        {
            uint checksum = Crc32C.Append(Crc32C.Append(_log.Seed, block[..CommitChecksumOffset]), [0, 0, 0, 0]);
            return stored == Crc32C.Append(checksum, block[(CommitChecksumOffset + 4)..]);
        }
        if (!_log.Has(JournalFeatures.ChecksumV1))
            return true;
        (byte kind, byte length) = (block[CommitChecksumKindOffset], block[CommitChecksumKindOffset + 1]);
        return (kind, length, stored) == (0, 0, 0)              // from before the feature was turned on
            || (kind, length, stored) == (Crc32Kind, Crc32Length, sum);
    }

    /// <summary>One block of the file system in a transaction.</summary>
    /// <param name="Block">Its number.</param>
    /// <param name="Flags">Of the tag.</param>
    /// <param name="Copy">The block of the journal that holds what it is to become.</param>
    /// <param name="Checksum">Of the copy.</param>
    private readonly record struct Tag(long Block, uint Flags, uint Copy, uint Checksum);
}
