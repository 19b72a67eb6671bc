import Foundation
import PannierCore
import PannierMirror
import Testing

@testable import PannierEngine

@Suite final class SyncFolderPlaceTests {
    private let root: String

    init() throws {
        var template = Array("/tmp/pannier-place-XXXXXX".utf8CString)
        let made = try #require(mkdtemp(&template))
        root = try #require(realpath(made, nil).map { String(cString: $0) })
    }

    deinit { try? FileManager.default.removeItem(atPath: root) }

    private func path(_ path: String) -> LocalPath { LocalPath("\(root)/\(path)") }

    private func mark(_ folder: String, _ marker: [UInt8] = [1, 2]) throws {
        let own = "\(root)/\(folder)/.pannier"
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try Data(marker).write(to: URL(filePath: "\(own)/marker"))
    }

    private func check(_ folder: String) throws { try SyncFolderPlace(folder: path(folder)).check(path(folder)) }

    /// Whoever's the outer one is, and however far above.
    @Test func liesInNoOtherSyncedFolder() throws {
        try mark("outer")
        try check("outer")
        try check("outerwards/inner")
        for folder in ["outer/inner", "outer/a/b/c", "outer/.pannier/quarantine"] {
            let problem = #expect(throws: Problem.self) { try check(folder) }
            #expect(problem?.code == .syncFolderUnfit)
            #expect(problem?.title == "“\(path(folder))” lies in “\(root)/outer”, which is a synced folder itself.")
        }
    }

    @Test func aFolderIsMadeWhereOnlyItIsMissing() throws {
        try SyncFolderPlace.make(path("new"))
        try SyncFolderPlace.make(path("new"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: root) == ["new"])
        let problem = #expect(throws: Problem.self) { try SyncFolderPlace.make(path("none/new")) }
        #expect(problem?.title == "“\(root)/none/new” cannot be made: “\(root)/none” is not there.")
        #expect(problem?.code == .syncFolderUnfit && problem?.detail?.contains("uploaded") == false)
        #expect(!FileManager.default.fileExists(atPath: "\(root)/none"))
    }

    @Test func oneThatIsLetGoHasNoMarker() throws {
        try mark("one")
        try mark("other", [3])
        try SyncFolderPlace.letGo(path("one"), marker: [1, 2])
        try SyncFolderPlace.letGo(path("other"), marker: [1, 2])
        try SyncFolderPlace.letGo(path("none"), marker: [1, 2])
        #expect(!FileManager.default.fileExists(atPath: "\(root)/one/.pannier/marker"))
        #expect(FileManager.default.fileExists(atPath: "\(root)/other/.pannier/marker"))
        try check("one/inner")
    }
}
