import Foundation
import PannierCore
import PannierEngine

/// The demonstration from beginning to end.
struct Demo {
    private let programs: DemoPrograms
    private let interruptions: Interruptions

    /// - Throws: ``DemoFailure`` when there is no server to start.
    init() throws {
        programs = try DemoPrograms()
        interruptions = try Interruptions()
    }

    /// - Parameter theme: of the screen, by its name.
    /// - Returns: the exit status.
    /// - Throws: ``DemoFailure``; everything has been ended and removed by then.
    func run(onScreen: Bool, theme: String?) throws -> Int32 {
        DemoFolder.sweep()
        let house = try DemoHouse(programs, interruptions)
        let result = Result { () throws in
            try house.openServer()
            try announce(house, onScreen: onScreen)
            try furnish(house)
            return try onScreen ? show(house, theme) : report(house)
        }
        let words = house.clear()
        try onScreen ? DemoReport.say(words) : DemoReport.line("ended", words)
        return try result.get()
    }

    private func announce(_ house: DemoHouse, onScreen: Bool) throws {
        guard onScreen else {
            try DemoReport.line("server", "\(house.address), for this machine only")
            return try DemoReport.line("people", "\(house.alice.email) and \(house.mia.email)")
        }
        let people: SafeText = "\(house.alice.email) and \(house.mia.email)"
        try DemoReport.say("a private server (\(house.address)), \(people), all in \(house.folder.path)")
    }

    /// Two people who are signed in and have files, and a folder that mia shares with alice.
    private func furnish(_ house: DemoHouse) throws {
        let accounts = try [house.alice, house.mia].map(house.addAccount)
        try DemoSamples.writeAlice(to: house.alice.files)
        try DemoSamples.writeMia(to: house.mia.files)
        for account in accounts { try house.finish(account, as: "user add") }
        for login in try [house.alice, house.mia].map(house.signIn) { try house.finish(login, as: "login") }
        let puts = try [
            house.put(DemoSamples.small, of: house.alice),
            house.put(DemoSamples.shared + [DemoSamples.later], of: house.mia),
        ]
        for put in puts { try house.finish(put, as: "put") }
        for name in DemoSamples.shared {
            try house.finish(house.start(house.mia, "share", "/\(name)", house.alice.email), as: "share")
        }
    }

    // MARK: With the screen

    private func show(_ house: DemoHouse, _ theme: String?) throws -> Int32 {
        // From one process of this machine to another it would be over before anybody has looked.
        try house.finish(house.start(house.alice, "limit", "up", DemoSamples.uploadLimit), as: "limit")
        var others = [try house.put(DemoSamples.large, of: house.alice)]
        let screen = try house.openScreen(house.alice, theme: theme)
        // By now somebody is looking.
        for (seconds, act) in [(6, edit), (9, share)]
        where try house.wait(for: [screen], limit: .seconds(seconds)) == nil {
            others.append(try act(house))
        }
        while try house.wait(for: [screen], limit: .seconds(3_600)) == nil {}
        let status = house.reap(screen)
        for child in others where try house.wait(for: [child], limit: .zero) != nil { _ = house.reap(child) }
        if status > 128 { DemoReport.complain("the screen ended by signal \(status - 128)") }
        return status
    }

    /// mia changes what she shares.
    private func edit(_ house: DemoHouse) throws -> ChildProcess {
        try DemoSamples.editMia(in: house.mia.files)
        return try house.put(DemoSamples.shared, of: house.mia)
    }

    /// mia shares one more thing.
    private func share(_ house: DemoHouse) throws -> ChildProcess {
        try house.start(house.mia, "share", "/\(DemoSamples.later)", house.alice.email)
    }

    // MARK: Without

    private func report(_ house: DemoHouse) throws -> Int32 {
        let clock = ContinuousClock()
        let time = try clock.measure {
            try house.finish(house.put(DemoSamples.large, of: house.alice), as: "put")
        }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rounded = (seconds * 10).rounded() / 10
        try DemoReport.line("sent", "alice's folder Holiday and her film mountains.mov, in \(rounded) s")
        try wait(house, for: "the shared folder", in: .sharedWithMe) {
            $0.contains { $0.node.name.text == "Design team" }
        }
        try DemoReport.line("shared", "mia's folder Design team stands in alice's Shared With Me")
        try house.finish(edit(house), as: "put")
        let team = try RemotePath(parsing: "shared:/Design team")
        try wait(house, for: "mia's edit", in: team) { $0.contains { $0.node.name.text == "hello.txt" } }
        try DemoReport.line("edited", "mia changed plan.md and added hello.txt, and alice sees it")
        return 0
    }

    /// Waits until alice's agent tells of rows that satisfy `condition`: by its events, which follow the server's feed.
    private func wait(
        _ house: DemoHouse, for what: String, in path: RemotePath, until condition: @escaping @Sendable ([Row]) -> Bool
    ) throws {
        let paths = ClientPaths(
            profile: .standard, environment: house.alice.environment(ProcessInfo.processInfo.environment))
        let outcome = try Blocking(interruptions).run(limit: .seconds(60)) {
            let link = try await SocketLink.connect(to: paths.socket)
            _ = try await link.send(.subscribe)
            var events = link.events.makeAsyncIterator()
            repeat {
                let reply = try? await link.send(.list(Listing(path), after: nil, limit: Limits.pageRows))
                if case .rows(let page)? = reply, condition(page.rows) { return true }
            } while await events.next() != nil
            return false
        }
        guard outcome else { throw DemoFailure(description: "\(what) did not reach alice") }
    }
}
