import PannierCore
import Testing

@testable import PannierTransfer

@Suite struct LostFoldersTests {
    private func parted(_ folders: [String], _ paths: [String]) -> (living: [String], lost: [String]) {
        var lost = LostFolders()
        for folder in folders { lost.insert(Array(folder.utf8)) }
        return lost.parting(paths) { Array($0.utf8) }
    }

    @Test func whatLiesInThemIsLostAndNothingElse() {
        let (living, lost) = parted(["a", "b/c"], ["a", "a/x", "ab", "ab/x", "b", "b/c", "b/c/d/e", "b/cd", "c"])
        #expect(lost == ["a/x", "b/c/d/e"])
        #expect(living == ["a", "ab", "ab/x", "b", "b/c", "b/cd", "c"])
    }

    @Test func inTheTopFolderLiesEverythingButItself() {
        let (living, lost) = parted([""], ["", "a", "a/b"])
        #expect(living == [""])
        #expect(lost == ["a", "a/b"])
        #expect(parted([], ["a"]).living == ["a"])
    }

    @Test func manyOfThemMakeNoItemSlow() {
        let start = ContinuousClock.now
        let (living, lost) = parted(
            (0..<10_000).map { "folder \($0)" }, (0..<50_000).map { "folder \($0 % 20_000)/sub/file \($0)" })
        #expect(lost.count == 30_000 && living.count == 20_000)
        // Comparing each with all would take minutes.
        #expect(ContinuousClock.now - start < .seconds(20))
    }
}
