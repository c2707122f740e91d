// Writes messages: answers, errors and notifications, each with its header in one go.
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace JetsonCore.Cli.LanguageServer;

/// <summary>Writes messages.</summary>
internal sealed class MessageWriter(Stream output)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Answers a request.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="writeResult">Writes the result, as one value.</param>
    public void Answer(JsonElement id, Action<Utf8JsonWriter> writeResult) => Write(json =>
    {
        json.WritePropertyName("id");
        id.WriteTo(json);
        json.WritePropertyName("result");
        writeResult(json);
    });

    /// <summary>Answers that there is no answer.</summary>
    /// <param name="id">The request's id; null where it could not be read.</param>
    /// <param name="error">What kind of error.</param>
    /// <param name="message">What it is.</param>
    public void Refuse(JsonElement? id, ProtocolError error, string message) => Write(json =>
    {
        json.WritePropertyName("id");
        if (id is { } known)
            known.WriteTo(json);
        else
            json.WriteNullValue();
        json.WriteStartObject("error");
        json.WriteNumber("code", (int)error);
        json.WriteString("message", message);
        json.WriteEndObject();
    });

    /// <summary>Tells something that was not asked for.</summary>
    /// <param name="method">What.</param>
    /// <param name="writeParameters">Writes the members of its parameters.</param>
    public void Notify(string method, Action<Utf8JsonWriter> writeParameters) => Write(json =>
    {
        json.WriteString("method", method);
        json.WriteStartObject("params");
        writeParameters(json);
        json.WriteEndObject();
    });

    private void Write(Action<Utf8JsonWriter> writeMembers)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Options))
        {
            json.WriteStartObject();
            json.WriteString("jsonrpc", "2.0");
            writeMembers(json);
            json.WriteEndObject();
        }
        byte[] header = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"Content-Length: {bytes.Length}\r\n\r\n"));
        output.Write([.. header, .. bytes.GetBuffer().AsSpan(0, (int)bytes.Length)]);
        output.Flush();
    }
}
