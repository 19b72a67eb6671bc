import Foundation
import PannierCore
import PannierEngine
import Testing

/// What an engine tells of this machine and of servers, whoever is signed in.
@Suite struct OutsideTests {
    @Test func aLocalFolderIsListedByPages() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                let folder = device.scratch.folder + "/here"
                try FileManager.default.createDirectory(atPath: folder + "/z", withIntermediateDirectories: true)
                for number in 0..<50 { try Data().write(to: URL(filePath: folder + "/\(number)")) }
                func page(_ start: Int, _ filter: RowFilter = RowFilter()) async throws -> LocalPage {
                    let listing = LocalListing(folder: LocalPath(folder), filter: filter)
                    let reply = try await device.link.send(.listLocal(listing, start: start, limit: 20))
                    guard case .localRows(let page) = reply else { throw Missed(what: "\(reply)") }
                    return page
                }
                var names: [String] = []
                while case let next = try await page(names.count), !next.rows.isEmpty {
                    #expect(next.start == names.count && next.total == 51 && next.rows.count <= 20)
                    names += next.rows.map { String(decoding: $0.path.lastComponent, as: UTF8.self) }
                }
                #expect(names == ["z"] + (0..<50).map(String.init).sorted())
                #expect(try await page(0, RowFilter(letters: "31")).total == 1)
                #expect(try await page(99).start == 51)
                // What comes is seen at the next page.
                try Data().write(to: URL(filePath: folder + "/new"))
                #expect(try await page(20).total == 52)
                await #expect(throws: Problem.self) {
                    try await device.link.send(
                        .listLocal(LocalListing(folder: LocalPath("here")), start: 0, limit: 5))
                }
            }
        }
    }

    @Test func aServerIsFoundAndAnythingElseIsNone() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                func probe(_ address: String) async throws -> ServerProbe {
                    let reply = try await device.link.send(.probe(server: address))
                    guard case .probe(let probe) = reply else { throw Missed(what: "\(reply)") }
                    return probe
                }
                for typed in [house.address, house.address + "/", String(house.address.dropFirst("http://".count))] {
                    let found = try await probe(typed)
                    #expect(found.address == house.address && !found.isEncrypted)
                    #expect((0..<5_000).contains(found.latencyMilliseconds))
                }
                let elsewhere = await #expect(throws: Problem.self) { try await probe(house.address + "/files") }
                #expect(elsewhere?.code == .serverUnreachable)
                #expect(elsewhere?.detail?.contains("try \(house.address)") == true)
                let nothing = await #expect(throws: Problem.self) { try await probe("http://127.0.0.1:1") }
                #expect(nothing?.code == .serverUnreachable)
                let plain = await #expect(throws: Problem.self) { try await probe("http://files.example.org") }
                #expect(plain?.code == .serverUntrusted)
                let wrong = await #expect(throws: Problem.self) { try await probe("not an address") }
                #expect(wrong?.code == .badRequest)
            }
        }
    }

    /// Something that listens and says nothing, and something that says something else.
    @Test func whatIsNoServerSaysSoInTime() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                for answer in [
                    "", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi",
                    "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
                ] {
                    let listener = try Listener(answer)
                    defer { listener.end() }
                    let problem = await #expect(throws: Problem.self) {
                        try await device.link.send(.probe(server: "http://127.0.0.1:\(listener.port)"))
                    }
                    #expect(problem?.code == .serverUnreachable, "\(answer)")
                }
            }
        }
    }
}

/// Answers every connection with the same bytes, or with none.
private final class Listener: Sendable {
    private let socket: Int32
    let port: UInt16

    init(_ answer: String) throws {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, size) == 0 && listen(socket, 8) == 0 && getsockname(socket, name, &size) == 0
            }
        }
        guard isBound else { throw Missed(what: "a socket: \(String(cString: strerror(errno)))") }
        self.socket = socket
        port = UInt16(bigEndian: address.sin_port)
        Thread {
            while case let connection = accept(socket, nil, nil), connection >= 0 {
                guard !answer.isEmpty else { continue }
                var request = [UInt8](repeating: 0, count: 4_096)
                _ = recv(connection, &request, request.count, 0)
                _ = send(connection, answer, answer.utf8.count, Int32(MSG_NOSIGNAL))
                close(connection)
            }
        }.start()
    }

    func end() {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }
}
