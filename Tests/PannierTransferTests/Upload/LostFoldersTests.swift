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

    /// An item costs the same however many folders there are.
    @Test func manyOfThemMakeNoItemSlow() {
        let paths = (0..<5_000).map { "folder \($0)/sub/file" }
        let start = ContinuousClock.now
        let few = parted((0..<10).map { "folder \($0)" }, paths)
        let middle = ContinuousClock.now
        let many = parted((0..<5_000).map { "folder \($0)" }, paths)
        #expect(few.lost.count == 10 && many.lost.count == 5_000)
        // Comparing each with all would take hundreds of times as long.
        #expect(ContinuousClock.now - middle < (middle - start) * 50)
    }
}
