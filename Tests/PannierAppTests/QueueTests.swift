import PannierApp
import PannierCore
import PannierScreen
import Testing

/// The transfers panel: what stands where, what is asked, and what is said of it.
@Suite("Transfers panel")
struct QueueTests {
    private func state(
        _ number: UInt64, _ state: TransferState.State, place: Int64? = nil,
        direction: TransferState.Direction = .upload, done: Int64 = 0, rate: Double = 0
    ) -> TransferState {
        var new = Samples.transfer(
            number, "f\(number).mov", state, done: done, of: 100_000_000, rate: rate, direction: direction)
        new.place = place ?? Int64(number)
        return new
    }

    private func names(_ harness: Harness) -> [String] { harness.model.transfers.all.map(\.state.name) }

    private func panel(_ harness: Harness) -> TransfersPanel? { harness.model.top as? TransfersPanel }

    private func chosen(_ harness: Harness) -> String? { panel(harness)?.item(harness.model)?.state.name }

    // MARK: Order

    @Test("In the order of the queue, however the agent tells it: running, waiting, and then the newest that ended")
    func order() {
        let states = [
            state(1, .done), state(2, .queued), state(3, .running), state(4, .failed), state(5, .paused, place: -1),
            state(6, .retrying), state(7, .cancelled),
        ]
        for _ in 0..<20 {
            var harness = Harness()
            harness.tell(.transfers(states.shuffled()))
            #expect(names(harness) == [3, 6, 5, 2, 7, 4, 1].map { "f\($0).mov" })
            harness.type("w")
            #expect(chosen(harness) == "f3.mov")
            // After a restart of the agent all comes again, in another order.
            harness.take(.link(.lost(Problem(.agentUnreachable, "The agent has gone."))))
            harness.take(.link(.opened))
            harness.tell(.transfers(states.shuffled()))
            #expect(names(harness) == [3, 6, 5, 2, 7, 4, 1].map { "f\($0).mov" })
            #expect(chosen(harness) == "f3.mov")
        }
    }

    @Test("A moved transfer stands elsewhere, and the cursor goes with it")
    func moved() {
        var harness = Harness()
        harness.tell(.transfers([state(3, .queued), state(1, .running), state(2, .queued)]))
        harness.type("wjjK")
        guard case .reorder(let id, .up)? = harness.engine.commands.last(where: \.isReorder) else {
            return #expect(Bool(false))
        }
        #expect(id == state(3, .queued).id)
        #expect(harness.model.notice?.text == "f3.mov: one earlier")
        harness.tell(.transfers([state(2, .queued, place: 3), state(3, .queued, place: 2)]))
        #expect(names(harness) == ["f1.mov", "f3.mov", "f2.mov"])
        #expect(chosen(harness) == "f3.mov" && panel(harness)?.index(harness.model) == 1)
        // Put before all others, it runs, and the other waits.
        harness.tell(.transfers([state(1, .queued), state(3, .running, place: 0)]))
        #expect(names(harness) == ["f3.mov", "f1.mov", "f2.mov"])
        #expect(chosen(harness) == "f3.mov" && panel(harness)?.index(harness.model) == 0)
        // Ended, it goes down, and the cursor with it.
        harness.tell(.transfers([state(3, .done, place: 0)]))
        #expect(chosen(harness) == "f3.mov" && panel(harness)?.index(harness.model) == 2)
    }

    @Test("The number is the turn in the queue of the direction; what has ended has none")
    func turns() {
        var harness = Harness()
        harness.tell(
            .transfers([
                state(5, .queued), state(9, .running), state(6, .queued, direction: .download), state(2, .done),
            ]))
        harness.type("w")
        func number(_ name: String) -> String? {
            harness.lines.first { $0.contains(name) }.map { String($0.dropFirst(2).prefix(1)) }
        }
        #expect(["f9", "f5", "f6", "f2"].map(number) == ["1", "2", "1", " "])
    }

    @Test("Many transfers take no longer each than a few")
    func many() {
        let count = 12_000
        let states = (0..<count).map { state(UInt64($0), $0 < 3 ? .running : .queued) }
        var transfers = Transfers()
        let clock = ContinuousClock()
        let time = clock.measure {
            for start in stride(from: 0, to: count, by: 1_000) {
                _ = transfers.update(Array(states[start..<start + 1_000]), now: 0)
            }
            for second in 1...20 { _ = transfers.update(states.suffix(1_000), now: Milliseconds(second) * 100) }
            for state in states { #expect(transfers.state(of: state.remote)?.id == state.id) }
            transfers.clear(states.prefix(6_000).map(\.id))
        }
        #expect(transfers.all.count == count - 6_000)
        #expect(transfers.shown(now: 0, atMost: 4).count == 4)
        // Compared each with all it would be minutes.
        #expect(time < .seconds(60))
    }

    // MARK: Words

    @Test("Nothing is said to be done that was not")
    func unchanged() {
        var harness = Harness()
        harness.tell(.transfers([state(1, .running), state(2, .queued)]))
        harness.type("w")
        harness.engine.fitNothing()
        for (keys, words) in [
            ("p", "f1.mov had ended or was paused already"), ("K", "f1.mov is the first already"),
            ("n", "f1.mov is the first already"), ("J", "f1.mov is the last already"),
            ("P", "nothing to pause: all had ended"), ("xy", "f1.mov had ended already"),
        ] {
            harness.type(keys)
            #expect(harness.model.notice?.text.text == words, "\(keys)")
        }
    }

    @Test("Clearing takes what is done or was cancelled; the report of what failed stays")
    func clear() {
        var harness = Harness()
        harness.tell(.transfers([state(1, .failed), state(2, .partlyFailed)]))
        harness.type("wc")
        #expect(harness.model.notice?.text == "2 failed stay: ! shows why, x there forgets")
        harness.tell(.transfers([state(1, .done), state(3, .cancelled), state(4, .running)]))
        harness.type("c")
        let clears = harness.engine.commands.last { if case .control = $0 { true } else { false } }
        guard case .control(.clear, let ids?)? = clears else { return #expect(Bool(false)) }
        #expect(Set(ids) == [state(1, .done).id, state(3, .done).id])
        #expect(harness.model.notice?.text == "2 transfers cleared; 1 failed stays: ! shows why, x there forgets")
    }

    @Test("Hints are of what can be done with the transfer under the cursor")
    func hints() {
        var harness = Harness()
        func hints() -> String {
            var harness = harness
            harness.press(.function(12))
            harness.pass(seconds: 60)
            return harness.lines.last ?? ""
        }
        harness.tell(.transfers([state(1, .running)]))
        harness.type("w")
        #expect(hints().contains("p pause ") && hints().contains("P pause all") && !hints().contains("L why"))
        harness.tell(.transfers([state(1, .paused)]))
        #expect(hints().contains("p go on ") && hints().contains("P all go on"))
        harness.tell(.transfers([state(1, .done)]))
        for word in ["p pause", "p go on", "n first", "x cancel", "r try again", "L why"] {
            #expect(!hints().contains(word), "\(word)")
        }
        harness.type("p")
        #expect(harness.model.notice?.text == "f1.mov has ended; c clears it from the list")
        var failed = state(1, .failed)
        failed.problem = Problem(.storageFull, "The server's disk is full.")
        harness.tell(.transfers([failed]))
        #expect(hints().contains("r try again") && hints().contains("L why") && !hints().contains("p pause"))
    }

    @Test("Without room for a bar the state says how much is done")
    func progress() {
        for (columns, words) in [(80, "sending 61%"), (48, "61%")] {
            var harness = Harness(columns: columns, rows: 24)
            harness.tell(.transfers([state(1, .running, done: 61_000_000)]))
            harness.type("w")
            #expect(harness.lines.contains { $0.contains("f1.mov") && $0.contains(words) }, "\(columns)")
        }
    }

    @Test("What the strip has no line for is counted, on every screen, and failures as in the panel")
    func strip() {
        for (columns, rows) in [(120, 36), (120, 24), (80, 24), (48, 16)] {
            var harness = Harness(columns: columns, rows: rows)
            harness.tell(.transfers((1...7).map { state($0, .running) } + [state(8, .failed)]))
            let lines = harness.model.layout.strip.rows - (harness.model.layout.hasBorders ? 2 : 0)
            #expect(harness.lines.contains { $0.contains("+\(7 - lines) more") }, "\(columns)x\(rows)")
        }
        var harness = Harness()
        harness.tell(.transfers([state(1, .running), state(8, .failed)]))
        #expect(harness.lines.contains { $0.contains("Transfers") && $0.contains("1 active · 1 failed") })
        harness.type("w")
        #expect(harness.lines.contains { $0.contains("Transfers") && $0.contains("1 active · 1 failed") })
    }

    // MARK: Without the agent

    @Test("With the agent gone nothing moves, and the farewell says so")
    func stopped() {
        for news in [LinkNews.stopped, .lost(Problem(.agentUnreachable, "The agent has gone."))] {
            var harness = Harness()
            harness.tell(
                .transfers([state(1, .running, done: 1, rate: 5_000_000), state(2, .queued), state(3, .paused)]))
            harness.pass(seconds: 5)
            #expect(harness.lines.contains { $0.contains("f1.mov") && $0.contains("MB/s") && $0.contains("left") })
            #expect(harness.model.rates.now(.upload) == 5_000_000)
            #expect(
                FullScreen.farewell(to: harness.model, isDemo: false)
                    == "2 transfers go on in the background: pannier transfers")
            harness.take(.link(news))
            harness.pass(seconds: 5)
            #expect(!harness.lines.contains { $0.contains("f1.mov") && ($0.contains("MB/s") || $0.contains("left")) })
            #expect(harness.model.rates.now(.upload) == 0)
            #expect(
                FullScreen.farewell(to: harness.model, isDemo: false)
                    == "2 transfers wait until the agent runs again: pannier transfers")
        }
    }

    // MARK: The map

    @Test("The map is asked for once more when the transfer has ended")
    func lastMap() {
        var harness = Harness()
        func asked() -> Int {
            harness.engine.commands.count { if case .chunkMap = $0 { true } else { false } }
        }
        harness.tell(.transfers([state(1, .running)]))
        harness.type("w")
        #expect(asked() == 1)
        harness.tell(.transfers([state(1, .done)]))
        #expect(asked() == 2)
        harness.pass(seconds: 5)
        #expect(asked() == 2)
    }

    @Test("Answers about the transfer or the cell before are not taken for this one's")
    func lateAnswers() throws {
        var model = Harness().model
        var asked: [(ticket: Int, command: EngineCommand)] = []
        func take(_ message: Message) {
            for case .send(let ticket, let command) in model.update(message) { asked.append((ticket, command)) }
        }
        func answer(_ ticket: Int, _ result: Result<EngineReply, Problem>) {
            take(.link(.answer(ticket: ticket, result)))
        }
        func ticket(_ fits: (EngineCommand) -> Bool) throws -> Int {
            try #require(asked.last { fits($0.command) }).ticket
        }
        func isMap(_ command: EngineCommand) -> Bool { if case .chunkMap = command { true } else { false } }
        func isCell(_ command: EngineCommand) -> Bool { if case .chunk = command { true } else { false } }
        func panel() throws -> TransfersPanel { try #require(model.top as? TransfersPanel) }

        take(.link(.event(.transfers([state(1, .running), state(2, .queued)]))))
        take(.key(.character("w")))
        answer(try ticket(isMap), .success(.chunkMap(Samples.chunkMap(state(1, .running).id, cells: 100))))
        let oldCell = try ticket(isCell)
        take(.time(model.now + 1_000))
        let oldMap = try ticket(isMap)
        take(.key(.character("j")))
        let newMap = try ticket(isMap)
        #expect(newMap != oldMap)
        answer(oldCell, .success(.chunk(ChunkDetail(state: .sure, file: "other.mov", offset: 0, length: 1))))
        answer(oldMap, .failure(Problem(.notFound, "There is no such transfer.")))
        #expect(try panel().detail == nil)
        #expect(try panel().problem == nil)
        answer(newMap, .failure(Problem(.internalError, "It could not be read.")))
        #expect(try panel().problem != nil)
        // On another link it is asked anew.
        take(.link(.lost(Problem(.agentUnreachable, "The agent has gone."))))
        take(.link(.opened))
        #expect(try panel().problem == nil)
    }

    // MARK: Keys

    @Test("Pause, order, limit, cancel")
    func transfers() {
        var harness = Harness()
        harness.tell(.transfers(Samples.transfers))
        harness.type("w")
        harness.type("p")
        guard case .control(.pause, let ids?)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(ids == [Samples.transfers[0].id])
        harness.type("jjjn")
        guard case .reorder(let id, .first)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(id == Samples.transfers[2].id)
        harness.type("-")
        guard case .limit(let limits)? = harness.changes.last else { return #expect(Bool(false)) }
        // The lowest step but for what is measured: nothing was measured before the clock went on.
        #expect(limits.upload == 100_000 && limits.download == nil)
        harness.pass(seconds: 1)
        harness.type("-")
        guard case .limit(let measured)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(measured.upload == 20_000_000 && measured.download == nil)
        harness.type("x")
        #expect(harness.model.context == .question)
    }

    @Test("A limit can be set before there is any transfer")
    func limitBefore() {
        var harness = Harness()
        harness.type("w-")
        guard case .limit(let limits)? = harness.changes.last else { return #expect(Bool(false)) }
        #expect(limits.upload != nil && limits.download == nil)
    }
}

extension EngineCommand {
    fileprivate var isReorder: Bool { if case .reorder = self { true } else { false } }
}
