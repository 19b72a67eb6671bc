import PannierServer
import Testing

@Suite struct AddressTests {
    @Test func listenAddresses() {
        #expect(ListenAddress("127.0.0.1:80") == ListenAddress(host: "127.0.0.1", port: 80))
        #expect(ListenAddress("[::1]:0") == ListenAddress(host: "::1", port: 0))
        #expect(ListenAddress("[::1]:0")?.description == "[::1]:0")
        #expect(ListenAddress("localhost:7474")?.description == "localhost:7474")
        for wrong in ["", ":80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:65536", "a:-1", "/tmp/x:1"] {
            #expect(ListenAddress(wrong) == nil, "\(wrong)")
        }
    }

    @Test func onlyThisMachine() {
        for host in ["127.0.0.1", "127.1.2.3", "localhost", "::1"] {
            #expect(ListenAddress(host: host, port: 1).isLoopback, "\(host)")
        }
        for host in ["0.0.0.0", "::", "10.0.0.1", "128.0.0.1", "example.org", "127.example.org", "1"] {
            #expect(!ListenAddress(host: host, port: 1).isLoopback, "\(host)")
        }
    }

    @Test func publicAddresses() {
        #expect(PublicURL("https://files.example.org")?.host == "files.example.org")
        #expect(PublicURL("https://Files.example.org:443/")?.description == "https://files.example.org")
        #expect(PublicURL("http://127.0.0.1:80")?.host == "127.0.0.1")
        #expect(PublicURL("http://[::1]:8080")?.host == "[::1]:8080")
        for wrong in [
            "", "files.example.org", "ftp://x", "https://", "https://a/b", "https://a?b", "https://u@a", "http://a b",
        ] {
            #expect(PublicURL(wrong) == nil, "\(wrong)")
        }
        for safe in ["https://files.example.org", "http://127.0.0.1:8080", "http://localhost", "http://[::1]:1"] {
            #expect(PublicURL(safe)?.isSafe == true, "\(safe)")
        }
        for unsafe in ["http://files.example.org", "http://10.0.0.1:80", "http://127.example.org"] {
            #expect(PublicURL(unsafe)?.isSafe == false, "\(unsafe)")
        }
    }
}
