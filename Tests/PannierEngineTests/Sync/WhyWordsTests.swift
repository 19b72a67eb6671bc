import PannierCore
import PannierMirror
import Testing

@testable import PannierEngine

@Suite struct WhyWordsTests {
    private static let old = SyncContent(digest: Fingerprint(1, 2, 3, 4), size: 2_000, isExecutable: false)
    private static let new = SyncContent(digest: Fingerprint(5, 6, 7, 8), size: 3_000, isExecutable: true)
    private static let path = LocalPath("a/b.txt")

    private static func node(_ content: SyncContent?, trashedAt: Milliseconds? = nil) -> Node {
        Node(
            id: NodeID(high: 1, low: 1), namespace: NamespaceID(high: 1, low: 1), parent: NodeID(high: 1, low: 2),
            name: (try? NodeName("b.txt"))!, kind: content == nil ? .folder : .file, created: 1, revision: 1,
            changedAt: 0, changedBy: "mia@example.org", trashedAt: trashedAt,
            content: content.map {
                .init(
                    version: VersionID(high: 1, low: 1), size: $0.size, sha256: $0.digest, modified: 0,
                    isExecutable: $0.isExecutable, mimeType: "text/plain")
            })
    }

    private static func here(_ content: SyncContent?, at path: LocalPath = path, missed: Int = 0) -> SyncFacts.Here {
        SyncFacts.Here(
            kind: .file, size: content?.size ?? 9, content: content, path: path, missed: missed, isParked: false)
    }

    /// Agreed on and the same everywhere, but for what `change` does.
    private static func facts(_ change: (inout SyncFacts) -> Void = { _ in }) -> SyncFacts {
        var facts = SyncFacts()
        (facts.here, facts.there, facts.therePath, facts.agreedPath) = (here(old), node(old), path, path)
        facts.agreed = SyncedEntry(
            SyncPlace(NodeID(high: 1, low: 2), (try? NodeName("b.txt"))!), content: old, local: LocalID(7))
        change(&facts)
        return facts
    }

    private static func new(_ change: (inout SyncFacts) -> Void) -> SyncFacts {
        facts {
            ($0.agreed, $0.agreedPath) = (nil, nil)
            change(&$0)
        }
    }

    private func words(_ facts: SyncFacts, _ change: (inout SyncState) -> Void = { _ in }) -> [String] {
        var state = SyncState(folder: LocalPath("/c"), phase: .same)
        change(&state)
        return WhyWords(facts, state).sentences
    }

    @Test func observationThenDecisionThenResult() {
        let told = words(Self.facts()) { $0.verifiedAt = 0 }
        #expect(
            told == [
                "On this disk: a file of 2 KB (0000…04).",
                "On the server: a file of 2 KB (0000…04), changed \(Format.minute(0)) by mia@example.org.",
                "Last agreed on: a file of 2 KB (0000…04), at a/b.txt.",
                "So nothing differs, and nothing is to be done.",
                "All of the folder was last found the same on both sides at \(Format.clock(0)).",
            ])
    }

    private static let elsewhere = LocalPath("c.txt")

    /// Every cell of the planner's table.
    @Test(
        arguments: [
            (facts { $0.here = here(new) }, "edited here, so it goes to the server"),
            (facts { $0.here = here(nil) }, "may have been edited here: it is read"),
            (facts { $0.there = node(new) }, "edited there, so it comes to this disk"),
            (facts { ($0.here, $0.there) = (here(new), node(new)) }, "in the same way"),
            (facts { ($0.here, $0.there) = (here(new), node(old.edited)) }, "stays as a version in conflict"),
            (facts { $0.here = here(old, at: elsewhere) }, "moved here, so it is moved there"),
            (facts { $0.therePath = elsewhere }, "moved there, so it is moved here"),
            (facts { ($0.here, $0.therePath) = (here(old, at: elsewhere), elsewhere) }, "to the same place"),
            (
                facts { ($0.here, $0.therePath) = (here(old, at: elsewhere), LocalPath("d")) },
                "where the server has it stands"
            ),
            (facts { $0.here = nil }, "deleted here, so it goes into the trash there"),
            (facts { $0.here = here(old, missed: 1) }, "nothing is decided before it was looked for again"),
            (facts { $0.here = here(old, missed: 2) }, "deleted here, so it goes into the trash there"),
            (facts { ($0.here, $0.there) = (nil, node(new)) }, "edited there: the edit wins"),
            (facts { $0.there = node(old, trashedAt: 5) }, "deleted there, so it goes into quarantine here"),
            (facts { ($0.here, $0.there) = (here(new), nil) }, "edited here: the edit wins"),
            (facts { ($0.here, $0.there) = (nil, nil) }, "gone on both sides"),
            (new { $0.there = nil }, "new here, and goes to the server"),
            (new { $0.here = nil }, "new there, and comes to this disk"),
            (new { _ in }, "are taken for one"),
            (new { $0.here = here(new) }, "this one becomes the next version"),
            (new { $0.here = here(nil) }, "read first"),
            (new { $0.there = node(nil) }, "the file gets “(conflict …)”"),
            (new { ($0.here, $0.there) = (nil, nil) }, "nothing is known of it"),
        ] as [(SyncFacts, String)]) func decisions(facts: SyncFacts, says: String)
    {
        let told = words(facts)
        #expect(told.contains { $0.contains(says) }, "\(told)")
        #expect(told.filter { $0.hasPrefix("So ") || $0.hasPrefix("It was ") || $0.hasPrefix("It may ") }.count == 1)
    }

    @Test func whatKeepsItIsSaid() {
        let gone = Self.facts { $0.here = nil }
        #expect(words(gone) { $0.heldThere = 120 }.contains { $0.contains("120 deletions wait for your word") })
        let troubled = Self.facts { $0.problems = [Problem(.localFileUnreadable, "It cannot be read.")] }
        #expect(words(troubled).contains("It waits: It cannot be read."))
        #expect(words(Self.facts()) { $0.phase = .paused }.contains { $0.contains("pannier resume --sync") })
        let lost = Problem(.syncFolderLost, "It is not there.")
        let stopped = words(Self.facts()) { ($0.phase, $0.problem) = (.stopped, lost) }
        #expect(stopped.contains("The synced folder stands still: It is not there."))
    }

    @Test func choicesAndWhatIsLeftOutComeFirst() throws {
        let folder = try RemotePath(parsing: "/a")
        let chosen = Self.new { ($0.here, $0.onlineOnly) = (nil, folder) }
        #expect(words(chosen).contains { $0.contains("“/a” was chosen to be in My Files alone") })
        let excluded = Self.new { $0.here?.kind = .excluded }
        #expect(words(excluded).contains { $0.contains("stays on this disk alone") })
    }
}

extension SyncContent {
    fileprivate var edited: SyncContent { SyncContent(digest: Fingerprint(9, 9, 9, 9), size: 1, isExecutable: false) }
}
