import DiskSimulation
import PannierCore
import PannierMirror
import PannierSync
import Testing

/// A folder that holds a synced one is not to become one, too.
@Suite struct InnerFoldersTests {
    private let disk = SimulatedDisk(SimulatedClock())
    private let tree: SimulatedTree
    private var person: SimulatedPerson { SimulatedPerson(disk) }

    init() throws { tree = try SimulatedTree(disk) }

    private func make(_ folder: String, isSynced: Bool = false) throws {
        let path = Array(folder.utf8)
        for above in path.foldersAbove.dropFirst() + [path] where try tree.status(above) == nil {
            try person.makeFolder(above)
        }
        guard isSynced else { return }
        try person.makeFolder(Array("\(folder)/.pannier".utf8))
        try person.write([7], Array("\(folder)/.pannier/marker".utf8))
    }

    private func found(atMost limit: Int = 1_000) -> String? {
        InnerFolders(tree).first(atMost: limit).map { String(decoding: $0, as: UTF8.self) }
    }

    @Test func theNearestIsFound() throws {
        try make("a/b/c")
        #expect(found() == nil)
        try make("a/b/c/inner", isSynced: true)
        #expect(found() == "a/b/c/inner")
        try make("z/inner", isSynced: true)
        #expect(found() == "z/inner")
    }

    /// The folder's own marker says nothing of another one.
    @Test func itselfIsNone() throws {
        try person.makeFolder(OwnPart.name)
        try person.write([7], OwnPart.marker)
        #expect(found() == nil)
    }

    @Test func whatIsIgnoredIsLeftOutByAPersonsWord() throws {
        try make("a/inner", isSynced: true)
        try person.write(Array("inner\n".utf8), Array("a/.pannierignore".utf8))
        #expect(found() == nil)
    }

    @Test func aLargeDiskIsNotGoneThrough() throws {
        for number in 0..<20 { try make("f\(number)/g") }
        try make("f9/g/inner", isSynced: true)
        #expect(found(atMost: 20) == nil)
        #expect(found() == "f9/g/inner")
    }
}
