// Decompressed archives are kept somewhere while their files are used: in a work file, or in memory when small.
namespace JetsonCore.Formats.Trees;

/// <summary>Keeps a stream of unknown length so that it can be read again and again, also side by side.</summary>
/// <param name="source">What to keep, read to its end.</param>
/// <param name="maximumLength">The most bytes accepted.</param>
/// <exception cref="Binary.MalformedDataException">The source is longer.</exception>
public delegate FileContent ContentSpool(Stream source, long maximumLength);
