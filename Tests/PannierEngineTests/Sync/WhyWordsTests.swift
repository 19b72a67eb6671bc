import PannierCore
import PannierMirror
import PannierSync
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

    private static func verdict(
        _ changes: [Verdict.Change], _ outcome: Verdict.Outcome, _ steps: [PlanStep] = []
    ) -> Verdict {
        var verdict = Verdict()
        (verdict.changes, verdict.outcome, verdict.steps) = (changes, outcome, steps)
        return verdict
    }

    private func words(
        _ facts: SyncFacts, _ verdict: Verdict? = verdict([], .same), _ change: (inout SyncState) -> Void = { _ in }
    ) -> [String] {
        var state = SyncState(folder: LocalPath("/c"), phase: .same)
        change(&state)
        return WhyWords(facts, verdict, state).sentences
    }

    @Test func observationThenDecisionThenResult() {
        let told = words(Self.facts()) { $0.verifiedAt = 0 }
        #expect(
            told == [
                "On this disk: a file of 2 KB (0000…04).",
                "On the server: a file of 2 KB (0000…04), changed \(Format.minute(0)) by mia@example.org.",
                "Last agreed on: a file of 2 KB (0000…04), at a/b.txt.",
                "So nothing differs, and nothing is to be done.",
                "All of the folder was last found the same on both sides at \(Format.minute(0)).",
            ])
    }

    private static let local = LocalID(7)
    private static let id = NodeID(high: 1, low: 1)
    private static let place = SyncPlace<SyncItem>(.node(NodeID(high: 1, low: 2)), (try? NodeName("b.txt"))!)

    /// What the planner makes of it, in words.
    @Test(
        arguments: [
            (
                verdict([.editedHere], .steps, [.uploadVersion(local, id, base: old)]),
                ["It was edited here.", "So it goes to the server as its next version."]
            ),
            (
                verdict([.unreadHere], .steps, [.uploadVersion(local, id, base: old)]),
                ["It may have been edited here.", "So it is read, and goes to the server if it holds something else."]
            ),
            (
                verdict([.editedThere], .steps, [.replaceHere(id, local, with: new, insteadOf: old)]),
                ["It was edited there.", "So it comes to this disk, and what is here goes into quarantine."]
            ),
            (
                verdict([.editedHere, .editedThere], .steps, [.uploadVersion(local, id, base: old)]),
                [
                    "It was edited here.", "It was edited there.",
                    "So this one becomes the next version, and the other one stays as a version in conflict.",
                ]
            ),
            (
                verdict([.movedHere, .editedHere], .steps, [.moveThere(id, to: place)]),
                ["It was edited and moved here.", "So it is moved there."]
            ),
            (
                verdict([.goneHere], .steps, [.trashThere(id, count: 3)]),
                ["It was deleted here.", "So it goes into the trash there, with all that is in it."]
            ),
            (
                verdict([.goneHere], .goesThere(with: id)),
                ["It was deleted here.", "So it goes into the trash there, with its folder."]
            ),
            (
                verdict([.goneThere], .steps, [.deleteHere(local, id, old)]),
                ["It was deleted there.", "So it goes into quarantine here."]
            ),
            (
                verdict([.goneThere], .steps, [.deleteHere(local, id, nil)]),
                ["It was deleted there.", "So it is removed here, once it is empty."]
            ),
            (
                verdict([.goneThere], .steps, [.forget(id), .makeFolderThere(local, at: place)]),
                ["It was deleted there.", "So it is made there anew: something in it is to stay."]
            ),
            (
                verdict([.goneHere, .editedThere], .steps, [.forget(id), .download(id, new, at: place)]),
                ["It was deleted here.", "It was edited there.", "So the edit wins: it comes back."]
            ),
            (
                verdict([.goneThere, .editedHere], .steps, [.restoreThere(id, local, at: place)]),
                ["It was edited here.", "It was deleted there.", "So the edit wins: it is restored there."]
            ),
            (
                verdict([.goneHere, .goneThere], .steps, [.forget(id)]),
                ["It is gone on both sides.", "So it is forgotten."]
            ),
            (
                verdict([.newHere], .steps, [.upload(local, at: place)]),
                ["It is new here.", "So it goes to the server."]
            ),
            (
                verdict([.newThere], .steps, [.download(id, new, at: place)]),
                ["It is new on the server.", "So it comes to this disk."]
            ),
            (
                verdict([.newHere, .newThere], .steps, [.uploadVersion(local, id, base: nil)]),
                [
                    "It is new on both sides.",
                    "So this one becomes the next version, and the other one stays as a version in conflict.",
                ]
            ),
            (
                verdict([.goneHere], .unread),
                [
                    "It was deleted here.",
                    "So something is read first: whether it is the same, or what it holds now, is not known.",
                ]
            ),
            (verdict([], .unknown), ["So nothing is known of it, and nothing is to be done."]),
            (
                verdict([.movedThere], .waits),
                ["It was moved there.", "So it waits for something else that is done first (`pannier plan`)."]
            ),
        ] as [(Verdict, [String])]) func decisions(verdict: Verdict, says: [String])
    {
        #expect(Array(words(Self.facts(), verdict).dropFirst(3)) == says)
    }

    @Test func whatKeepsItIsSaid() {
        let gone = Self.facts { $0.here = nil }
        let held = words(gone, Self.verdict([.goneHere], .heldThere)) { $0.heldThere = 120 }
        #expect(held.contains { $0.contains("120 deletions on the server wait for your word") }, "\(held)")
        #expect(!held.contains { $0.contains("So it goes into the trash") })
        let troubled = Self.facts { $0.problems = [Problem(.localFileUnreadable, "It cannot be read.")] }
        #expect(words(troubled).contains("It waits: It cannot be read."))
        let leftOut = Self.facts {
            ($0.problems, $0.leftOut) = ([Problem(.notSynchronised, "It is a link.")], Self.path)
        }
        #expect(words(leftOut).contains("It is a link.") && !words(leftOut).contains { $0.hasPrefix("It waits") })
        #expect(words(Self.facts()) { $0.phase = .paused }.contains { $0.contains("pannier resume --sync") })
        let lost = Problem(.syncFolderLost, "It is not there.")
        let stopped = words(Self.facts()) { ($0.phase, $0.problem) = (.stopped, lost) }
        #expect(stopped.contains("The synced folder stands still: It is not there."))
        let conflicts = Self.facts { $0.there?.content?.conflicts = 1 }
        #expect(words(conflicts).contains { $0.hasPrefix("One content of it stayed as versions in conflict") })
    }

    /// Before all is known, nothing follows from what is not there.
    @Test func nothingIsDecidedTooSoon() {
        let gone = Self.facts { $0.here = nil }
        for told in [words(gone, nil), words(gone, Self.verdict([.goneHere], .waits)) { $0.phase = .starting }] {
            #expect(told.contains("So nothing is decided before all of both sides is known."), "\(told)")
            #expect(!told.contains { $0.contains("deleted") })
        }
        let missed = Self.facts { $0.here = Self.here(Self.old, missed: 1) }
        #expect(words(missed).contains("So nothing is decided before it was looked for again."))
    }

    /// What is ignored is never told as deleted, though nobody looks at it.
    @Test func whatIsLeftOutIsNotDeleted() {
        let inside = Self.facts { ($0.here, $0.unseen, $0.leftOut) = (nil, .file(5), LocalPath("a")) }
        let told = words(inside, Self.verdict([.goneHere], .leftOut))
        #expect(told.first == "On this disk: a file of 5 B.")
        #expect(told.contains { $0.hasPrefix("“a” is not synchronised on this disk") }, "\(told)")
        #expect(!told.contains { $0.contains("was deleted") })
        let itself = Self.facts { facts in
            facts.here?.kind = .excluded
            (facts.leftOut, facts.there, facts.agreed) = (Self.path, nil, nil)
        }
        #expect(words(itself).contains { $0.contains("stays on this disk alone") })
    }

    @Test func choicesComeFirst() throws {
        let folder = try RemotePath(parsing: "/a")
        let chosen = Self.facts { ($0.here, $0.agreed, $0.onlineOnly) = (nil, nil, folder) }
        #expect(
            words(chosen, Self.verdict([.newThere], .onlineOnly)).suffix(3) == [
                "Last agreed on: nothing, since it is to be online only.",
                "“/a” was chosen to be online only, which is in My Files alone.",
                "So it is not kept here, and is on the server as “a/b.txt”: `pannier keep --here` with “/a” brings it.",
            ])
    }

    @Test func whatHasChangedSinceIsSaid() {
        #expect(
            words(Self.facts { $0.isOutdated = true })[0].contains(
                "it has changed, and is looked at when it is at rest"))
        #expect(words(Self.facts { ($0.here, $0.unseen) = (nil, .folder) })[0].contains("was not looked at yet"))
    }
}
