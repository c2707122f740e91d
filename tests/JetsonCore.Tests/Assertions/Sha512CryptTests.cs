// sha512-crypt: openssl's passwd says the same.
using System.Globalization;
using System.Text;
using JetsonCore.Assertions;
using JetsonCore.TestKit;
using Xunit;

namespace JetsonCore.Tests.Assertions;

public sealed class Sha512CryptTests
{
    [Fact]
    public void Openssl_hashes_the_same()
    {
        var random = new SeededRandom(6);
        for (int length = 1; length < 140; length += 7)
        {
            string password = string.Concat(Enumerable.Range(0, length).Select(_ => (char)('!' + random.Next(90))));
            string salt = Sha512Crypt.NewSalt()[..(1 + (length % 16))];
            OracleResult judged = Oracle.Run(new OracleCall("openssl")
            {
                Arguments = ["passwd", "-6", "-salt", salt, "-stdin"],
                Input = Encoding.UTF8.GetBytes(password + "\n"),
            });
            Assert.Equal(judged.MustSucceed().TrimEnd(), Sha512Crypt.Hash(password, salt));
        }
    }

    [Theory]
    [InlineData("Hello world!", "saltstring", 10000)]
    [InlineData("ünïcode", "abc", 1234)]
    public void Openssl_hashes_the_same_with_rounds(string password, string salt, int rounds)
    {
        OracleResult judged = Oracle.Run(new OracleCall("openssl")
        {
            Arguments = ["passwd", "-6", "-salt", string.Create(CultureInfo.InvariantCulture, $"rounds={rounds}${salt}"), "-stdin"],
            Input = Encoding.UTF8.GetBytes(password + "\n"),
        });
        Assert.Equal(judged.MustSucceed().TrimEnd(), Sha512Crypt.Hash(password, salt, rounds));
    }
}
