import Foundation
import PannierApp
import Testing

/// pannier-config(5) names what keys can be bound to.
@Suite("Manual of the keymap")
struct KeymapManualTests {
    @Test("Every action and every part of the screen is named, and nothing else")
    func names() throws {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let top = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        let page = try String(contentsOf: top.appending(path: "man/pannier-config.5"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: ".Sh KEYS").last?.components(separatedBy: ".Sh ").first)
        let lists = section.split(separator: "\n").map { $0.split { " ,.".contains($0) }.map(String.init) }
        let actions = lists.filter { $0.first == "Ic" }.flatMap { $0.dropFirst() }
        #expect(Set(actions) == Set(Action.allCases.map(\.rawValue)) && Set(actions).count == actions.count)
        let contexts = lists.filter { $0.first == "Cm" }.flatMap { $0.dropFirst() }
        #expect(Set(contexts) == Set(Context.allCases.map(\.rawValue)))
    }
}
