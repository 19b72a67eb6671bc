import ChildPrograms
import Foundation
import GRDB
import PannierCore
import PannierEngine
import PannierMirror
import Testing

/// The real program as a background process.
@Suite(.serialized) struct AgentProcessTests {
    /// However many start an agent at once, one comes of it.
    @Test(.timeLimit(.minutes(5))) func manyStartersOneAgent() async throws {
        let device = try AgentDevice()
        let processes = try await withThrowingTaskGroup(of: Int32.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    let link = try await device.starter.connect()
                    defer { Task { await link.close() } }
                    return try await status(link).agentProcess
                }
            }
            for _ in 0..<4 {
                group.addTask {
                    let ran = try await device.run("agent")
                    return try #require(Int32(ran.output.filter(\.isNumber)), "\(ran)")
                }
            }
            return try await group.reduce(into: Set<Int32>()) { $0.insert($1) }
        }
        #expect(processes.count == 1)
        try await device.end()
    }

    /// As commands start it: from /proc/self/exe, whatever has become of the file.
    @Test(.timeLimit(.minutes(5))) func itsNameIsThatOfTheProgram() async throws {
        let device = try AgentDevice()
        let ran = try await device.run("agent")
        let process = try #require(Int32(ran.output.filter(\.isNumber)), "\(ran)")
        #expect(try String(contentsOfFile: "/proc/\(process)/comm", encoding: .utf8) == "pannier\n")
        let line = try String(contentsOfFile: "/proc/\(process)/cmdline", encoding: .utf8)
        #expect(line.hasPrefix(AgentDevice.program + "\0"), "\(line)")
        try await device.end()
    }

    @Test(.timeLimit(.minutes(5))) func isDetachedAndHoldsNothingOfItsStarter() async throws {
        let device = try AgentDevice()
        var ends: [Int32] = [-1, -1]
        #expect(pipe(&ends) == 0)
        let process = try await status(device.starter.connect()).agentProcess
        // Its leader has ended on purpose: no terminal can become its own.
        #expect(getsid(process) != getsid(0))
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/cwd") == "/")
        #expect(try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/0") == "/dev/null")
        let log = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/2")
        #expect(log == device.scratch.paths.log)
        // The write end is only ours: closing it ends the pipe.
        close(ends[1])
        var waiting = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 2_000) == 1 && waiting.revents & Int16(POLLHUP) != 0)
        close(ends[0])
        try await device.end()
    }

    /// kill -9: an attached link starts the next one, and events go on.
    @Test(.timeLimit(.minutes(5))) func anAttachedLinkOutlivesItsAgent() async throws {
        let device = try AgentDevice()
        let link = AttachedLink(device.starter)
        _ = try await link.send(.subscribe)
        var events = link.events.makeAsyncIterator()
        var processes: Set<Int32> = []
        for _ in 0..<3 {
            let process = try await status(link).agentProcess
            #expect(processes.insert(process).inserted)
            kill(process, SIGKILL)
            while let event = await events.next() {
                if case .status(let told) = event, told.agentProcess != process { break }
            }
        }
        #expect(link.failure == nil)
        _ = try await link.send(.status)
        // Stopped on purpose: the events end, and no other is started.
        #expect(try await AgentStopper(paths: device.scratch.paths).stop())
        while await events.next() != nil {}
        #expect(link.failure == nil)
        #expect(await device.starter.connectIfRunning() == nil)
    }

    @Test(.timeLimit(.minutes(5)), arguments: [SIGTERM, SIGINT]) func endsCleanlyAtASignal(_ number: Int32) async throws
    {
        let device = try AgentDevice()
        let link = try await device.starter.connect()
        _ = try await link.send(.subscribe)
        let process = try await status(link).agentProcess
        let start = ContinuousClock.now
        kill(process, number)
        try await eventually("its end") { Self.isAlive(process) ? nil : true }
        #expect(ContinuousClock.now - start < .seconds(30))
        #expect(access(device.scratch.paths.socket, F_OK) != 0)
        var last: EngineEvent?
        while let event = await link.nextEvent() { last = event }
        guard case .stopping? = last else { throw Missed(what: "a last word, not \(String(describing: last))") }
        let log = try String(contentsOfFile: device.scratch.paths.log, encoding: .utf8)
        #expect(log.contains("the agent ends"))
        #expect(try await AgentStopper(paths: device.scratch.paths).stop() == false)
    }

    /// The number in the lock's file may be another program's by now: it is left alone.
    @Test(.timeLimit(.minutes(5))) func aProcessThatDoesNotHoldTheLockIsNotEnded() async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        let bystander = try ChildProgram(
            "/bin/sleep", ["60"], environment: [:], output: "/dev/null", errors: "/dev/null")
        defer { bystander.signal(SIGKILL) }
        guard let lock = try ProfileLock.take(paths) else { throw Missed(what: "the lock") }
        try Data("\(bystander.pid)\n\(paths.socket)\n".utf8).write(to: URL(filePath: paths.lock), options: [])
        #expect(Self.holder(paths) == nil)
        let problem = await #expect(throws: Problem.self) {
            _ = try await AgentStopper(paths: paths, patience: 1).stop()
        }
        #expect(problem?.code == .agentUnreachable && problem?.description.contains("No process was ended") == true)
        #expect(bystander.isRunning)
        _ = consume lock
    }

    /// One that cannot be asked is ended by a signal, when it is sure which it is.
    @Test(.timeLimit(.minutes(5))) func anAgentWithoutASocketIsEndedByASignal() async throws {
        let device = try AgentDevice()
        let process = try await status(device.starter.connect()).agentProcess
        #expect(unlink(device.scratch.paths.socket) == 0)
        #expect(Self.holder(device.scratch.paths) == process)
        #expect(try await AgentStopper(paths: device.scratch.paths).stop())
        #expect(!Self.isAlive(process))
    }

    private static func holder(_ paths: ClientPaths) -> Int32? {
        if let process = AgentProcess(holding: paths) { return process.id }
        return nil
    }

    @Test(.timeLimit(.minutes(5))) func aSecondAgentIsRefused() async throws {
        let device = try AgentDevice()
        let first = try await status(device.starter.connect()).agentProcess
        let second = try await device.run("agent", "--foreground")
        #expect(second.exitCode == 9, "\(second)")
        #expect(second.errors.contains("\(first)"), "\(second)")
        try await device.end()
    }

    /// A session with a runtime folder and a timer without one use the same agent.
    @Test(.timeLimit(.minutes(5))) func isFoundFromAnotherRuntimeFolder() async throws {
        let device = try AgentDevice()
        let first = try await status(device.starter.connect()).agentProcess
        var environment = device.scratch.environment
        environment["XDG_RUNTIME_DIR"] = device.scratch.folder + "/elsewhere"
        let other = ClientPaths(profile: .standard, environment: environment)
        #expect(other.socket != device.scratch.paths.socket)
        let link = try #require(await AgentStarter(paths: other).connectIfRunning())
        #expect(try await status(link).agentProcess == first)
        #expect(try await AgentStopper(paths: other).stop())
    }

    @Test(.timeLimit(.minutes(5))) func aMirrorOfTheFutureIsSaid() async throws {
        let device = try AgentDevice()
        try device.inMirror { mirror in
            try mirror.database.writeWithoutTransaction { try $0.execute(sql: "PRAGMA user_version = 9999") }
        }
        let problem = await #expect(throws: Problem.self) { _ = try await device.starter.connect() }
        #expect(problem?.code == .mirrorTooNew)
        let list = try await device.run("ls")
        #expect(list.exitCode == 9 && list.errors.contains("mirror_too_new"), "\(list)")
    }

    /// A sign-in that cannot be read keeps nobody out.
    @Test(.timeLimit(.minutes(5)), arguments: ["", "{"]) func aBrokenSessionIsSaid(_ text: String) async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        try device.inMirror { _ in }
        try Data(text.utf8).write(to: URL(filePath: paths.session))
        let status = try await device.run("status")
        #expect(status.exitCode == 0 && status.output.contains("session.json.broken-"), "\(status)")
        let doctor = try await device.run("doctor")
        #expect(doctor.exitCode == 1 && doctor.output.contains("pannier login"), "\(doctor)")
        let list = try await device.run("ls")
        #expect(list.exitCode == 4 && list.errors.contains("cannot be read"), "\(list)")
        let rebuilt = try await device.run("agent", "--rebuild")
        #expect(rebuilt.exitCode == 0, "\(rebuilt)")
        try await device.end()
    }

    @Test(.timeLimit(.minutes(5))) func aBrokenSessionCanBeSignedOut() async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        try device.inMirror { _ in }
        try Data("{".utf8).write(to: URL(filePath: paths.session))
        let out = try await device.run("logout")
        #expect(out.exitCode == 0, "\(out)")
        let left = try FileManager.default.contentsOfDirectory(atPath: paths.state).filter { $0.contains("session") }
        #expect(left == [])
        try await device.end()
    }

    /// Where no new mirror can be made, the old one stays.
    @Test(.timeLimit(.minutes(5))) func aRebuildThatCannotGoOnTouchesNothing() async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        try device.inMirror { _ in }
        try Data().write(to: URL(filePath: device.scratch.folder + "/run"))
        let rebuilt = try await device.run("agent", "--rebuild")
        #expect(rebuilt.exitCode != 0, "\(rebuilt)")
        let names = try FileManager.default.contentsOfDirectory(atPath: paths.state)
        #expect(names.contains("mirror.sqlite") && !names.contains { $0.hasPrefix("mirror.sqlite.") }, "\(names)")
    }

    /// A session's end removes the runtime folder; something else may stand in its place.
    @Test(.timeLimit(.minutes(5)), arguments: [false, true])
    func listensAnewWhenItsSocketHasGone(_ isReplaced: Bool) async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        let process = try await status(device.starter.connect()).agentProcess
        try FileManager.default.removeItem(atPath: paths.socketFolder)
        if isReplaced {
            try PrivateFolder.make(paths.socketFolder)
            try Data().write(to: URL(filePath: paths.socket))
        }
        let start = ContinuousClock.now
        #expect(try await status(device.starter.connect()).agentProcess == process)
        #expect(ContinuousClock.now - start < .seconds(10))
        let log = try String(contentsOfFile: paths.log, encoding: .utf8)
        #expect(!log.contains("Another agent"), "\(log)")
        try await device.end()
    }

    /// Whoever holds the profile and listens nowhere is named, once, and in time.
    @Test(.timeLimit(.minutes(5))) func aHolderWithoutASocketIsSaid() async throws {
        let device = try AgentDevice()
        let paths = device.scratch.paths
        guard let lock = try ProfileLock.take(paths) else { throw Missed(what: "the lock") }
        lock.sign(socket: paths.socket)
        let start = ContinuousClock.now
        let problem = await #expect(throws: Problem.self) {
            _ = try await AttachedLink(device.starter).send(.status)
        }
        #expect(problem?.title.contains("\(getpid())") == true && problem?.title.contains(paths.socket) == true)
        #expect(ContinuousClock.now - start < .seconds(25))
        _ = consume lock
    }

    /// An agent that says nothing is waited for with a word, and not for ever.
    @Test(.timeLimit(.minutes(5))) func aStoppedAgentIsSaid() async throws {
        let device = try AgentDevice()
        let process = try await status(device.starter.connect()).agentProcess
        kill(process, SIGSTOP)
        async let list = device.run("ls")
        async let state = device.run("status", "--json")
        async let doctor = device.run("doctor")
        for ran in try await [list, state] {
            #expect(ran.exitCode == 9, "\(ran)")
            #expect(ran.errors.contains("(process \(process)) does not answer; it is waited for"), "\(ran)")
            #expect(ran.errors.contains("agent_unreachable"), "\(ran)")
        }
        let found = try await doctor
        #expect(found.exitCode == 1 && found.output.contains("FAILURE agent"), "\(found)")
        // It is ended all the same.
        #expect(try await AgentStopper(paths: device.scratch.paths).stop())
        #expect(!Self.isAlive(process))
    }

    @Test(.timeLimit(.minutes(5))) func aDamagedMirrorIsPutAside() async throws {
        let device = try AgentDevice()
        try device.inMirror { _ in }
        let garbage = Data(repeating: 0x55, count: 10_000)
        try garbage.write(to: URL(filePath: device.scratch.paths.database))
        let status = try await device.run("status")
        #expect(status.exitCode == 9 && status.errors.contains("agent --rebuild"), "\(status)")
        let rebuilt = try await device.run("agent", "--rebuild")
        #expect(rebuilt.exitCode == 0, "\(rebuilt)")
        let aside = try FileManager.default.contentsOfDirectory(atPath: device.scratch.paths.state)
            .first { $0.hasPrefix("mirror.sqlite.") }
        let kept = try #require(aside)
        #expect(try Data(contentsOf: URL(filePath: device.scratch.paths.state + "/" + kept)) == garbage)
        #expect(try await device.run("status").exitCode == 0)
        try await device.end()
    }

    @Test(.timeLimit(.minutes(5))) func aLongLogIsPutAside() async throws {
        let device = try AgentDevice()
        try PrivateFolder.make(device.scratch.paths.state)
        try Data(repeating: 0x61, count: AgentLog.fileBytes + 1).write(to: URL(filePath: device.scratch.paths.log))
        let process = try await status(device.starter.connect()).agentProcess
        let log = try String(contentsOfFile: device.scratch.paths.log, encoding: .utf8)
        #expect(log.utf8.count < 10_000 && log.contains("the agent runs"))
        #expect(
            try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/2")
                == device.scratch.paths.log)
        try await device.end()
    }

    /// Ended but not yet collected by init is ended.
    private static func isAlive(_ process: Int32) -> Bool {
        guard let status = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8) else { return false }
        return !status.split(separator: ")").last!.hasPrefix(" Z")
    }

    private func status(_ link: any EngineLink) async throws -> EngineStatus {
        guard case .status(let status) = try await link.send(.status) else { throw Missed(what: "a status") }
        return status
    }
}
