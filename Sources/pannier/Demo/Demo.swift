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

    /// - Returns: the exit status.
    /// - Throws: ``DemoFailure``; everything has been ended and removed by then.
    func run(onScreen: Bool) throws -> Int32 {
        let house = try DemoHouse(programs, interruptions)
        do {
            try house.openServer()
            announce(house, onScreen: onScreen)
            try furnish(house)
            let status = try onScreen ? show(house) : report(house)
            conclude(house.clear(), onScreen: onScreen)
            return status
        } catch {
            conclude(house.clear(), onScreen: onScreen)
            throw error
        }
    }

    private func announce(_ house: DemoHouse, onScreen: Bool) {
        guard onScreen else {
            DemoReport.line("server", "\(house.address), for this machine only")
            return DemoReport.line("people", "\(house.alice.email) and \(house.mia.email)")
        }
        DemoReport.say(
            "a private server (\(house.address)), \(house.alice.email) and \(house.mia.email), all in \(house.folder)")
    }

    private func conclude(_ words: SafeText, onScreen: Bool) {
        if onScreen { DemoReport.say(words) } else { DemoReport.line("ended", words) }
    }

    /// Two people who are signed in and have files, and a folder that mia shares with alice.
    private func furnish(_ house: DemoHouse) throws {
        let accounts = try [house.alice, house.mia].map(house.addAccount)
        try DemoSamples.writeAlice(to: house.alice.files)
        try DemoSamples.writeMia(to: house.mia.files)
        for account in accounts { try house.finish(account, as: "user add") }
        for login in try [house.alice, house.mia].map(house.signIn) { try house.finish(login, as: "login") }
        try house.run(house.mia, "put", house.mia.files + "/Design team", "/")
        try house.run(house.mia, "share", "/Design team", house.alice.email)
    }

    // MARK: With the screen

    private func show(_ house: DemoHouse) throws -> Int32 {
        let upload = try house.start(house.alice, "put", house.alice.files + "/Holiday", "/")
        let screen = try house.openScreen(house.alice)
        var edit: ChildProcess?
        if try house.wait(for: [screen], limit: .seconds(6)) == nil {
            // By now somebody is looking.
            try DemoSamples.editMia(in: house.mia.files)
            edit = try house.start(house.mia, "put", house.mia.files + "/Design team", "/")
        }
        while try house.wait(for: [screen], limit: .seconds(3_600)) == nil {}
        let status = house.reap(screen)
        for child in [upload, edit].compactMap({ $0 }) where try house.wait(for: [child], limit: .zero) != nil {
            _ = house.reap(child)
        }
        if status > 128 { DemoReport.complain("the screen ended by signal \(status - 128)") }
        return status
    }

    // MARK: Without

    private func report(_ house: DemoHouse) throws -> Int32 {
        let clock = ContinuousClock()
        let time = try clock.measure {
            try house.run(house.alice, "put", house.alice.files + "/Holiday", "/")
        }
        let seconds = Double(time.components.seconds) + Double(time.components.attoseconds) / 1e18
        let rounded = (seconds * 10).rounded() / 10
        DemoReport.line("sent", "alice's folder Holiday, 17 files, in \(rounded) s")
        try wait(house, for: "the shared folder", in: .sharedWithMe) {
            $0.contains { $0.node.name.text == "Design team" }
        }
        DemoReport.line("shared", "mia's folder Design team stands in alice's Shared With Me")
        try DemoSamples.editMia(in: house.mia.files)
        try house.run(house.mia, "put", house.mia.files + "/Design team", "/")
        let team = try RemotePath(parsing: "shared:/Design team")
        try wait(house, for: "mia's edit", in: team) { $0.contains { $0.node.name.text == "hello.txt" } }
        DemoReport.line("edited", "mia changed plan.md and added hello.txt, and alice sees it")
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
                let reply = try? await link.send(.list(path: path, after: nil, limit: Limits.pageRows))
                if case .rows(let page)? = reply, condition(page.rows) { return true }
            } while await events.next() != nil
            return false
        }
        guard outcome else { throw DemoFailure(description: "\(what) did not reach alice") }
    }
}
