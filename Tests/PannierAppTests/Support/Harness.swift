import PannierApp
import PannierCore
import PannierScreen

/// The screen without a terminal: press, and everything that follows has happened when the call returns.
struct Harness {
    private(set) var model: Model
    let engine: FakeEngine
    /// Effects that are not the engine's.
    private(set) var effects: [Effect] = []

    init(
        _ engine: FakeEngine = Samples.engine(), columns: Int = 120, rows: Int = 36, glyphs: Glyphs = .unicode,
        isOpen: Bool = true, hidesDotFiles: Bool = true
    ) {
        self.engine = engine
        var settings = ScreenSettings()
        settings.hidesDotFiles = hidesDotFiles
        model = Model(
            size: Size(columns: columns, rows: rows), now: FakeEngine.now,
            surroundings: .init(
                glyphs: glyphs, themes: ["pannier-dark", "pannier-light", "mono"],
                folder: LocalPath("/home/alice"), home: LocalPath("/home/alice"), clock: Self.clock),
            settings: settings)
        guard isOpen else { return }
        take(.link(.event(.status(FakeEngine.status()))))
        take(.link(.opened))
    }

    /// UTC, whatever the machine's zone is.
    private static let clock: @Sendable (Milliseconds) -> String = { milliseconds in
        let seconds = milliseconds / 1_000 % 86_400
        return [seconds / 3_600, seconds / 60 % 60, seconds % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
            .joined(separator: ":")
    }

    mutating func take(_ message: Message) {
        var messages = [message]
        while !messages.isEmpty {
            for effect in model.update(messages.removeFirst()) {
                guard case .send(let ticket, let command) = effect else {
                    effects.append(effect)
                    continue
                }
                messages.append(.link(.answer(ticket: ticket, engine.answer(command))))
            }
        }
    }

    mutating func press(_ keys: Key...) { for key in keys { take(.key(key)) } }
    mutating func type(_ text: String) { for character in text { take(.key(.character(character))) } }
    mutating func tell(_ event: EngineEvent) { take(.link(.event(event))) }
    mutating func pass(seconds: Int) { take(.time(model.now + Milliseconds(seconds) * 1_000)) }
    mutating func resize(_ columns: Int, _ rows: Int) { take(.resized(Size(columns: columns, rows: rows))) }

    /// The commands that change something.
    var changes: [EngineCommand] {
        engine.commands.filter { command in
            switch command {
            case .list, .listBefore, .find, .subscribe, .refresh, .freshStatus, .shares, .listLocal, .probe, .preview,
                .chunk, .chunkMap:
                false
            default: true
            }
        }
    }

    var frame: Frame { ScreenView.frame(of: model) }
    var lines: [String] { frame.lines }

    /// The same screen with other signs.
    func frame(with glyphs: Glyphs) -> Frame {
        var model = model
        model.surroundings.glyphs = glyphs
        return ScreenView.frame(of: model)
    }
}
