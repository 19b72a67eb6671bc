import ChildPrograms
import Foundation
import PannierCore
import PannierMirror
import Testing

@testable import PannierEngine

@Suite struct SyncFolderCheckTests {
    private let scratch: Scratch
    private let check: SyncFolderCheck

    init() throws {
        scratch = try Scratch()
        check = SyncFolderCheck(scratch.paths)
    }

    private func refusal(_ path: String) -> Problem? {
        do throws(Problem) {
            try check.check(LocalPath(path))
            return nil
        } catch {
            return error
        }
    }

    private func isThere(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    @Test func aMissingFolderIsMade() {
        let path = scratch.folder + "/Pannier"
        #expect(refusal(path) == nil && isThere(path))
        #expect(refusal(path) == nil)
    }

    @Test func oneThatCannotBeIsNotMade() throws {
        let lost = scratch.folder + "/no/such"
        let problem = try #require(refusal(lost))
        #expect(problem.code == .syncFolderUnfit && problem.title.contains("cannot be made"))
        #expect(!isThere(scratch.folder + "/no"))
        let own = scratch.paths.state + "/inside"
        try FileManager.default.createDirectory(atPath: scratch.paths.state, withIntermediateDirectories: true)
        #expect(refusal(own)?.code == .syncFolderUnfit && !isThere(own))
        #expect(refusal("/proc/pannier")?.code == .syncFolderUnfit)
        #expect(refusal("relative")?.code == .syncFolderUnfit)
    }

    /// What is in the inner one would get into the outer one, perhaps another person's, and back.
    @Test func noneLiesInAnother() throws {
        let outer = scratch.folder + "/outer"
        try FileManager.default.createDirectory(atPath: outer + "/.pannier", withIntermediateDirectories: true)
        try Data([1]).write(to: URL(filePath: outer + "/.pannier/marker"))
        let inner = outer + "/a/inner"
        try FileManager.default.createDirectory(atPath: outer + "/a", withIntermediateDirectories: true)
        #expect(refusal(inner)?.title.contains("is a synced folder itself") == true)
        #expect(!isThere(inner))
        #expect(refusal(outer) == nil, "it may be chosen again itself")
    }

    /// Nobody but them may look at its marker.
    @Test func noneLiesInSomebodyElses() throws {
        let (outer, own) = (scratch.folder + "/outer", scratch.folder + "/outer/.pannier")
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        #expect(chmod(own, 0) == 0)
        defer { chmod(own, 0o700) }
        let problem = OrdinaryThread.run { refusal(outer + "/inner") }
        #expect(problem?.title.contains("is a synced folder itself") == true)
    }
}
