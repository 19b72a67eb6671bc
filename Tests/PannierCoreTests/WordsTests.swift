import Foundation
import PannierCore
import SeededRandom
import Testing

@Suite struct HexadecimalTests {
    @Test func knownTexts() {
        #expect(Hexadecimal.text(of: [0x00, 0x0F, 0xA0, 0xFF] as [UInt8]) == "000fa0ff")
        #expect(Hexadecimal.text(of: [] as [UInt8]) == "")
        #expect(Hexadecimal.text(of: [0x0123_4567_89AB_CDEF]) == "0123456789abcdef")
        #expect(Hexadecimal.bytes(of: "000fa0ff") == [0x00, 0x0F, 0xA0, 0xFF])
        #expect(Hexadecimal.bytes(of: "") == [])
        #expect(Hexadecimal.words(of: "0123456789abcdef", count: 1) == [0x0123_4567_89AB_CDEF])
    }

    @Test(arguments: ["0", "000", "0g", "0F", "0x00", " 00", "00 ", "é0", "٠٠"]) func refused(text: String) {
        #expect(Hexadecimal.bytes(of: text) == nil)
    }

    @Test func wordsOfAnotherCount() {
        #expect(Hexadecimal.words(of: "0123456789abcdef", count: 2) == nil)
        #expect(Hexadecimal.words(of: "0123456789abcd", count: 1) == nil)
        #expect(Hexadecimal.words(of: "", count: 0) == [])
    }

    @Test func roundTrip() {
        var generator = SeededGenerator.fromEnvironment()
        for count in 0..<100 {
            let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
            #expect(Hexadecimal.bytes(of: Hexadecimal.text(of: bytes)) == bytes)
        }
    }
}

@Suite struct IdentifierTests {
    private let known = NodeID(high: 0x0001_0203_0405_0607, low: 0x0809_0A0B_0C0D_0E0F)

    @Test func spelling() {
        #expect(known.description == "000102030405060708090a0b0c0d0e0f")
        #expect(NodeID("000102030405060708090a0b0c0d0e0f") == known)
        #expect(known.bytes == Array(0..<16))
        #expect(NodeID(bytes: Array(0..<16)) == known)
        #expect(NodeID(bytes: ArraySlice<UInt8>(0..<18)[1..<17])?.high == 0x0102_0304_0506_0708)
    }

    @Test(arguments: [
        "", "00", "000102030405060708090A0B0C0D0E0F", "000102030405060708090a0b0c0d0e0f00",
        "00010203-0405-0607-0809-0a0b0c0d0e0f", "g00102030405060708090a0b0c0d0e0f",
    ]) func refused(text: String) {
        #expect(NodeID(text) == nil)
        #expect(throws: DecodingError.self) { try WireJSON.decode(NodeID.self, from: Data("\"\(text)\"".utf8)) }
    }

    @Test func wrongNumberOfBytes() {
        for count in [0, 15, 17, 32] { #expect(NodeID(bytes: [UInt8](repeating: 0, count: count)) == nil) }
    }

    @Test func randomOnesDiffer() {
        #expect(Set((0..<1_000).map { _ in NodeID.random() }).count == 1_000)
    }

    /// The order in memory is the order of the bytes in a database.
    @Test func order() {
        var generator = SeededGenerator.fromEnvironment()
        let ids = (0..<200).map { _ in
            NodeID(high: generator.next() & 3, low: generator.next())
        }
        let byBytes = ids.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        #expect(ids.sorted() == byBytes)
    }
}

@Suite struct FingerprintTests {
    private let text = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

    @Test func spelling() throws {
        let fingerprint = try #require(Fingerprint(text))
        #expect(fingerprint.description == text)
        #expect(fingerprint.bytes == Array(0..<32))
        #expect(Fingerprint(bytes: Array(0..<32)) == fingerprint)
        #expect(fingerprint.words.3 == 0x1819_1A1B_1C1D_1E1F)
    }

    @Test func refused() {
        #expect(Fingerprint(String(text.dropLast())) == nil)
        #expect(Fingerprint(text + "00") == nil)
        #expect(Fingerprint(text.uppercased()) == nil)
        for count in [0, 31, 33] { #expect(Fingerprint(bytes: [UInt8](repeating: 0, count: count)) == nil) }
    }

    @Test func everyWordCounts() {
        let fingerprints = [
            Fingerprint(0, 0, 0, 0), Fingerprint(0, 0, 0, 1), Fingerprint(0, 0, 1, 0), Fingerprint(0, 1, 0, 0),
            Fingerprint(1, 0, 0, 0),
        ]
        #expect(Set(fingerprints).count == 5)
        #expect(fingerprints.shuffled().sorted() == fingerprints)
    }
}

@Suite struct ProblemTests {
    /// Scripts and other versions know these: add, never change.
    @Test func codesStayTheSame() {
        let known: Set<String> = [
            "bad_request", "too_large", "name_not_allowed", "idempotency_mismatch", "sign_in_failed", "token_invalid",
            "not_found", "name_taken", "name_twin", "cycle", "not_a_folder", "not_a_file", "too_deep", "trashed",
            "chunks_missing", "manifest_mismatch", "pack_missing", "pack_damaged", "quota_exceeded", "storage_full",
            "cursor_expired", "rate_limited", "unavailable", "internal_error", "server_unreachable",
            "server_untrusted", "store_refused", "not_signed_in", "agent_unreachable", "local_file_changed",
            "local_file_unreadable", "local_disk_full", "local_exists", "local_write_failed", "mirror_too_new",
            "mirror_damaged", "cancelled", "partly_failed", "not_transferable", "view_only", "sync_folder_lost",
            "sync_folder_unfit", "not_synchronised", "name_in_the_way", "deletions_held",
            "conflict", "epoch_changed",
        ]
        let codes = Problem.Code.allCases.map(\.rawValue)
        #expect(Set(codes).count == codes.count)
        #expect(known.subtracting(codes).isEmpty)
        for code in codes { #expect(code.utf8.allSatisfy { $0 == 0x5F || (0x61...0x7A).contains($0) }, "\(code)") }
    }

    @Test(arguments: Problem.Code.allCases) func statusesAreThoseOfErrors(code: Problem.Code) {
        #expect(code.status == 0 || (400..<600).contains(code.status))
        #expect(Problem(code, "t").status == code.status)
    }

    @Test func whatMayPass() {
        #expect(Problem(.rateLimited, "t").isTransient)
        #expect(!Problem(.notFound, "t").isTransient)
        #expect(!Problem(.localDiskFull, "t").isTransient)
    }

    @Test func spelling() throws {
        let problem = Problem(.nameTaken, "There is a “b” already.", detail: "Nothing was changed.", retryAfter: 3)
        #expect(problem.description == "There is a “b” already. Nothing was changed.")
        let json = try WireJSON.encode(problem)
        #expect(
            String(decoding: json, as: UTF8.self)
                == #"{"code":"name_taken","detail":"Nothing was changed.","retryAfter":3,"status":409,"#
                + #""title":"There is a “b” already."}"#)
        #expect(try WireJSON.decode(Problem.self, from: json) == problem)
    }
}
