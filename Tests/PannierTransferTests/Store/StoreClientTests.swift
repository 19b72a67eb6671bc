import PannierCore
import PannierHTTP
import Testing

@testable import PannierTransfer

/// Signed requests come from a service that may be broken or hostile.
@Suite struct StoreClientTests {
    private let http = HTTPClient(settings: HTTPSettings(connectMilliseconds: 2_000, stallSeconds: 1))
    private let far: ServerAddress
    private let near: ServerAddress

    init() throws {
        far = try ServerAddress(parsing: "https://files.example.com")
        near = try ServerAddress(parsing: "http://127.0.0.1:7474")
    }

    private func isTaken(_ url: String, for service: ServerAddress) -> Bool {
        do throws(Problem) {
            _ = try StoreAddress.check(url, for: service)
            return true
        } catch {
            #expect(error.code == .serverUntrusted && error.stopsTransfer)
            return false
        }
    }

    @Test(arguments: [
        "https://store.example.com/b/k?X=1", "https://store.example.com:9000/b", "https://10.0.0.7/b",
        "HTTPS://[2001:db8::1]:8443/b", "https://my_store.internal/b",
    ])
    func aStoreElsewhereIsTaken(_ url: String) {
        #expect(isTaken(url, for: far))
        #expect(isTaken(url, for: near))
    }

    /// The first reason why this machine is asked at all is a service that runs on it.
    @Test(arguments: [
        "http://127.0.0.1:7474/store/a", "http://localhost/store", "http://[::1]:9/store", "https://127.9.9.9/",
    ])
    func thisMachineIsForAServiceOnIt(_ url: String) {
        #expect(isTaken(url, for: near))
        #expect(!isTaken(url, for: far))
    }

    @Test(arguments: [
        // Not encrypted, or another scheme.
        "http://store.example.com/b", "http://10.0.0.7/", "ftp://store.example.com/", "file:///etc/passwd",
        "gopher://127.0.0.1:25/x", "store.example.com/b", "", "https://", "https:///b",
        // Somebody before the host.
        "https://user@store.example.com/", "https://user:secret@store.example.com/", "https://a@b@store.example.com",
        // Nowhere, or the next cable; in every spelling.
        "https://169.254.169.254/latest/meta-data", "https://169.254.1", "https://0xA9FEA9FE/", "https://2852039166/",
        "https://0.0.0.0:80/", "https://0/", "https://[::]/", "https://[fe80::1]/", "https://[febf::1]:80/",
        "https://[::ffff:169.254.169.254]/", "https://[::ffff:a9fe:a9fe]/", "https://[::169.254.169.254]/",
        "https://169.254.169.254./", "https://[fe80::1%25eth0]/",
        // Readers of URLs disagree about these.
        "https://store.example.com\\@127.0.0.1/", "https://store.example.com%2F@10.0.0.1/", "https://a b/",
        "https://store.example.com\r\nX: y/", "https://störe.example.com/", "https://store.example.com:99999/",
        "https://store.example.com:80:80/", "https://[::1", "https://[::1]x/", "https://[]/",
    ])
    func whatNobodyShouldAskIsRefused(_ url: String) {
        #expect(!isTaken(url, for: far))
        #expect(!isTaken(url, for: near))
    }

    /// A name that only ends like this machine's is not encrypted for nothing.
    @Test(arguments: ["http://evil.localhost/", "http://127.1/", "http://2130706433/"])
    func plainHTTPIsForTheNamesOfThisMachineOnly(_ url: String) { #expect(!isTaken(url, for: near)) }

    @Test func theProblemNamesTheAddressAndNoSignature() {
        #expect {
            _ = try StoreAddress.check("http://10.0.0.1/b?X-Amz-Signature=abc", for: far)
        } throws: { error in
            let words = "\(error)"
            return words.contains("http://10.0.0.1/b") && !words.contains("abc") && words.contains("not encrypted")
        }
    }

    @Test func onlyWhatAStoreUsesIsSent() async throws {
        let server = try LoopbackServer { _, connection in connection.answer(200) }
        defer { server.stop() }
        let client = StoreClient(http: http, service: near)
        let headers = [
            "Content-Length": "99", "host": "elsewhere", "If-None-Match": "*", "x-amz-checksum-sha256": "a=",
            "content-type": "text/plain", "content-md5": "m",
        ]
        let signed = SignedRequest(url: server.base + "/k", headers: headers, expiresAt: 0)
        #expect(try await client.put(signed, [1, 2], meter: TransferMeter()) == .stored)
        let fields = try #require(server.requests.first).fields
        #expect(fields["host"] == "127.0.0.1:\(server.port)" && fields["content-length"] == "2")
        #expect(fields["if-none-match"] == "*" && fields["x-amz-checksum-sha256"] == "a=")
        for name in ["authorization", "Cookie", "transfer-encoding", "Range", "x-amz", "x-amz-\r\na", "x-amz-a b"] {
            let bad = SignedRequest(url: server.base + "/k", headers: [name: "v"], expiresAt: 0)
            await #expect { try await client.put(bad, [1], meter: TransferMeter()) } throws: { error in
                (error as? Problem)?.code == .serverUntrusted
            }
            await #expect(throws: Problem.self) { try await client.get(bad, 0..<1, meter: TransferMeter()) }
        }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(_ status: Int) async throws {
        let other = try LoopbackServer { _, connection in connection.answer(200) }
        defer { other.stop() }
        let place = other.base
        let server = try LoopbackServer { _, connection in
            connection.answer(status, fields: ["Location": place + "/secret"])
        }
        defer { server.stop() }
        let client = StoreClient(http: http, service: near)
        let signed = SignedRequest(url: server.base + "/k", headers: [:], expiresAt: 0)
        await #expect { try await client.put(signed, [1], meter: TransferMeter()) } throws: { error in
            (error as? Problem)?.code == .storeRefused
        }
        await #expect { try await client.get(signed, 0..<1, meter: TransferMeter()) } throws: { error in
            (error as? Problem)?.code == .storeRefused
        }
        #expect(server.requests.count == 2 && other.connectionCount == 0)
    }
}
