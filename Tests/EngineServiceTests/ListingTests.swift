import PannierCore
import PannierEngine
import Testing

/// Rows as a screen asks for them.
@Suite struct ListingTests {
    @Test func rowsInAnyOrderFromBothEnds() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.put(["a.txt": "1", "B.md": "22", ".c": "333", "sub/x": "x"], as: "/f")
                let folder = Listing.Source.folder(try RemotePath(parsing: "/f"))
                func names(_ order: RowOrder, _ filter: RowFilter = RowFilter()) async throws -> [String] {
                    let listing = Listing(folder, order: order, filter: filter)
                    let forwards = try await device.rows(listing, limit: 2).map(\.node.name.text)
                    #expect(try await device.backwards(listing) == forwards)
                    return forwards
                }
                #expect(try await names(RowOrder()) == ["sub", ".c", "B.md", "a.txt"])
                #expect(try await names(RowOrder(isReversed: true)) == ["sub", "a.txt", "B.md", ".c"])
                #expect(try await names(RowOrder(.size)) == ["sub", ".c", "B.md", "a.txt"])
                #expect(try await names(RowOrder(.size, isReversed: true)) == ["sub", "a.txt", "B.md", ".c"])
                #expect(try await names(RowOrder(), RowFilter(hidesDotNames: true)) == ["sub", "B.md", "a.txt"])
                #expect(try await names(RowOrder(), RowFilter(letters: "T")) == ["a.txt"])
            }
        }
    }

    @Test func findGoesRoundOnce() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/one", "/two", "/three", "/TWO more")
                let listing = Listing(.myFiles)
                func find(_ text: String, _ from: RowKey?, _ isBackwards: Bool = false) async throws -> FoundRow? {
                    let reply = try await device.link.send(
                        .find(listing, text: text, from: from, isBackwards: isBackwards))
                    guard case .found(let found) = reply else { throw Missed(what: "\(reply)") }
                    return found
                }
                var found: [String] = []
                var key: RowKey?
                for _ in 0..<3 {
                    let next = try #require(try await find("Two", key))
                    found.append("\(next.index) \(next.row.node.name)")
                    key = next.row.key(in: listing.order)
                }
                #expect(found == ["0 TWO more", "3 two", "0 TWO more"])
                #expect(try await find("two", key, true)?.index == 3)
                for text in ["four", ""] { #expect(try await find(text, nil) == nil) }
                // From there on, without counting again.
                let reply = try await device.link.send(.list(listing, after: key, limit: 2))
                guard case .rows(let page) = reply else { throw Missed(what: "\(reply)") }
                #expect(page.start == 1 && page.rows.map(\.node.name.text) == ["one", "three"])
            }
        }
    }

    /// What was counted before a change is counted again after it.
    @Test func placesAreRightAfterAChange() async throws {
        try await EngineHouse.with { house in
            try await house.device { device in
                try await device.makeFolders("/b", "/c", "/d")
                let listing = Listing(.folder(.myFiles), order: RowOrder(.who))
                let rows = try await device.rows(listing, limit: 2)
                try await device.makeFolders("/a")
                let reply = try await device.link.send(
                    .list(listing, after: rows[1].key(in: listing.order), limit: 2))
                guard case .rows(let page) = reply else { throw Missed(what: "\(reply)") }
                #expect(page.start == 3 && page.total == 4 && page.rows.map(\.node.name.text) == ["d"])
            }
        }
    }
}

extension EngineDevice {
    /// All names, page by page from the end.
    fileprivate func backwards(_ listing: Listing) async throws -> [String] {
        var rows: [Row] = []
        while true {
            let key = rows.first?.key(in: listing.order)
            let reply = try await link.send(.listBefore(listing, before: key, limit: 2))
            guard case .rows(let page) = reply else { throw Missed(what: "\(reply)") }
            if page.rows.isEmpty { return rows.map(\.node.name.text) }
            #expect(page.start + page.rows.count + rows.count == page.total)
            rows = page.rows + rows
        }
    }
}
