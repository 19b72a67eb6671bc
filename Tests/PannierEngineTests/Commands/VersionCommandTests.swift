import PannierCore
import Synchronization
import Testing

@testable import pannier

@Suite struct VersionCommandTests {
    private static func version(_ number: Int64) -> FileVersion {
        FileVersion(
            id: VersionID(high: 0, low: UInt64(number)), revision: number, size: 84_000,
            sha256: Fingerprint(1, 2, 3, 4),
            modified: 0, createdAt: 1_000, createdBy: "mia@example.org", isCurrent: number == 90)
    }

    /// Answers pages of two, and counts them.
    private final class Pages: EngineLink {
        let events = AsyncStream<EngineEvent> { $0.finish() }
        let asked = Atomic<Int>(0)
        let all = [90, 70, 50, 30, 10].map { VersionCommandTests.version($0) }

        func send(_ command: EngineCommand) async throws -> EngineReply {
            guard case .versions(_, let after, _) = command else { return .done }
            asked.add(1, ordering: .relaxed)
            let start = after.flatMap { id in all.firstIndex { $0.id == id } }.map { $0 + 1 } ?? 0
            let page = Array(all[start...].prefix(2))
            return .versions(FileVersions(versions: page, after: start + 2 < all.count ? page.last?.id : nil))
        }
    }

    private let path = RemotePath.myFiles

    @Test func aVersionIsFoundByItsNumber() async throws {
        let pages = Pages()
        let (wanted, current) = try await pages.version(30, at: path)
        #expect((wanted.revision, current) == (30, Self.version(90).id))
        #expect(pages.asked.load(ordering: .relaxed) == 2, "what is older is not asked for")
        #expect(try await pages.version(90, at: path).wanted.isCurrent)
    }

    @Test(arguments: [91, 40, 1] as [Int64]) func aNumberThatIsNoneIsSaid(_ number: Int64) async throws {
        let problem = await #expect(throws: Problem.self) { try await Pages().version(number, at: path) }
        #expect(problem?.code == .notFound && problem?.title.contains("\(number)") == true)
    }

    @Test func aLineSaysWhatIsToBeKnown() {
        var version = Self.version(1_041)
        let plain = VersionLine.text(version).text
        #expect(plain.hasPrefix("  1041  ") && plain.contains("   84 KB  mia@example.org"))
        (version.isCurrent, version.isRestored, version.device) = (true, true, "laptop")
        #expect(VersionLine.text(version).text.hasSuffix("  laptop        current, restored"))
        (version.isCurrent, version.isRestored, version.conflict) = (false, false, .open)
        #expect(VersionLine.text(version).text.hasSuffix("  conflict"))
        version.conflict = .settled
        version.createdBy = "a\u{1B}[31m\nb"
        let hostile = VersionLine.text(version).text
        #expect(hostile.hasSuffix("conflict, settled") && !hostile.unicodeScalars.contains { $0.value < 32 })
    }
}
