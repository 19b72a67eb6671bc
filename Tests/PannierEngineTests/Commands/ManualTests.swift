import Foundation
import PannierCore
import Testing

@testable import pannier

/// The manual page says what the program does.
@Suite struct ManualTests {
    private static let top = URL(filePath: #filePath).resolvingSymlinksInPath().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private func page(_ name: String = "pannier.1") throws -> String {
        try String(contentsOf: Self.top.appending(path: "man/\(name)"), encoding: .utf8)
    }

    /// What stands below `.It Ic COMMAND` in the section of the commands, all of its entries together.
    private func entries() throws -> [String: String] {
        let section = try page().components(separatedBy: ".Sh COMMANDS\n")[1].components(separatedBy: "\n.Sh ")[0]
        var entries: [String: String] = [:]
        for text in section.components(separatedBy: "\n.It Ic ").dropFirst() {
            let name = text.split { " \n".contains($0) }.first.map(String.init) ?? ""
            entries[name, default: ""] += ".It Ic " + text.components(separatedBy: "\n.Ss ")[0] + "\n"
        }
        return entries
    }

    /// Options of a command, as its help has them: each by its first long name and by all its names.
    private func options(_ device: AgentDevice, _ command: String) async throws -> [(first: String, all: [String])] {
        let help = try await device.run("help", command).output
        return help.split(separator: "\n").filter { $0.hasPrefix("  -") }.compactMap { line in
            let names = line.split(separator: " ").prefix(4).filter { $0.hasPrefix("--") }
                .map { String($0.dropFirst(2).prefix { $0 != "," && $0 != "/" }) }
            return names.first.map { ($0, names) }
        }
    }

    @Test(.timeLimit(.minutes(5))) func namesEveryCommandAndOption() async throws {
        let (page, entries) = (try page(), try entries())
        let device = try AgentDevice()
        let commands = try await device.run("--help").output.split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  -") && !$0.hasPrefix("  See") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(commands.count >= 20)
        #expect(Set(entries.keys) == Set(commands))
        for command in commands {
            let entry = entries[command] ?? ""
            let options = try await options(device, command)
            for option in options where !["profile", "json", "help", "version"].contains(option.first) {
                #expect(entry.contains("Fl Fl \(option.first)"), "\(command) --\(option.first) is not in its place")
                for name in option.all {
                    #expect(page.contains("Fl Fl \(name)"), "\(command) --\(name) is not in the manual")
                }
            }
            // What stands beside its name is an option that it has.
            let names = Set(options.flatMap(\.all))
            for line in entry.split(separator: "\n") where line.hasPrefix(".It Ic ") {
                for named in line.matches(of: /Fl Fl ([a-z-]+)/) {
                    #expect(names.contains(String(named.output.1)), "\(command) has no --\(named.output.1)")
                }
            }
        }
    }

    /// Variables that the client reads, told by where it reads them.
    @Test func namesEveryVariable() throws {
        var read: Set<String> = []
        for folder in ["pannier", "PannierApp", "PannierScreen", "PannierSettings", "PannierCore", "PannierEngine"] {
            let files = FileManager.default.enumerator(
                at: Self.top.appending(path: "Sources/\(folder)"), includingPropertiesForKeys: nil)
            while let file = files?.nextObject() as? URL {
                guard file.pathExtension == "swift" else { continue }
                let text = try String(contentsOf: file, encoding: .utf8)
                for found in text.matches(of: /environment\["([A-Z_]+)"\]|"((?:PANNIER|XDG|LC)_[A-Z_]+)"/) {
                    read.insert(String(found.output.1 ?? found.output.2 ?? ""))
                }
            }
        }
        // Only marks what the demonstration starts.
        read.remove("PANNIER_DEMO")
        #expect(read.count > 12)
        let section = try page().components(separatedBy: ".Sh ENVIRONMENT\n")[1].components(separatedBy: "\n.Sh ")[0]
        let told = Set(section.matches(of: /Ev ([A-Z_]+)/).map { String($0.output.1) })
        #expect(read.subtracting(told) == [])
        // Besides: what Foundation and the parser of arguments ask for.
        #expect(told.subtracting(read).isSubset(of: ["SHELL", "LANG", "TMPDIR", "HOME"]))
    }

    /// A page that another one sends its reader to is there.
    @Test(arguments: ["pannier.1", "pannier-server.8", "pannier-config.5", "pannier-keys.7", "pannier-formats.7"])
    func pagesSendToPages(name: String) throws {
        for found in try page(name).matches(of: /\.Xr (pannier[a-z-]*) ([0-9])/) {
            #expect(throws: Never.self) { try page("\(found.output.1).\(found.output.2)") }
        }
    }

    @Test func namesEveryExitStatus() throws {
        let section = try page().components(separatedBy: ".Sh EXIT STATUS")[1].components(separatedBy: ".Sh ")[0]
        let told = section.split(separator: "\n").filter { $0.hasPrefix(".It ") }.compactMap { Int32($0.dropFirst(4)) }
        #expect(told == ExitStatus.allCases.map(\.rawValue))
    }
}

@Suite struct ExitStatusTests {
    @Test func codesThatHaveANumberOfTheirOwn() {
        #expect(ExitStatus(.tokenInvalid) == .notSignedIn)
        #expect(ExitStatus(.signInFailed) == .notSignedIn)
        #expect(ExitStatus(.serverUnreachable) == .unreachable)
        #expect(ExitStatus(.localDiskFull) == .noSpace)
        #expect(ExitStatus(.nameTwin) == .refusedPlace)
        #expect(ExitStatus(.mirrorTooNew) == .noAgent)
        #expect(ExitStatus(.packDamaged) == .failed)
        #expect(Problem.Code.allCases.allSatisfy { ![.ok, .usage, .interrupted].contains(ExitStatus($0)) })
    }

    @Test func manyPartsEndWithWhatTheyMean() {
        #expect(ExitStatus(failures: [], isAnythingDone: false) == nil)
        #expect(ExitStatus(failures: [.nameTwin], isAnythingDone: true) == .partlyFailed)
        #expect(ExitStatus(failures: [.localDiskFull, .storageFull], isAnythingDone: false) == .noSpace)
        #expect(ExitStatus(failures: [.localDiskFull, .nameTwin], isAnythingDone: false) == .failed)
        #expect(ExitStatus(failures: [.cancelled], isAnythingDone: false) == .failed)
    }
}

@Suite struct WaitNoticeTests {
    private let id = TransferID.random()

    private func state(_ state: TransferState.State, _ problem: Problem? = nil) -> TransferState {
        TransferState(
            id: id, direction: .upload, state: state, name: "film", local: LocalPath("/x"), remote: .myFiles,
            problem: problem)
    }

    @Test func saysOnceThatItWaitsAndOnceThatItGoesOn() {
        let gone = Problem(.serverUnreachable, "The server is gone.")
        var notice = WaitNotice()
        #expect(notice.lines([state(.running)], at: 0) == [])
        #expect(notice.lines([state(.retrying, gone)], at: 1) == [])
        let said = notice.lines([state(.retrying, gone)], at: 1 + WaitNotice.silence)
        #expect(said == ["film waits, and goes on by itself: The server is gone."])
        #expect(notice.lines([state(.retrying, gone)], at: 100) == [])
        #expect(notice.lines([state(.running)], at: 101) == ["film goes on."])
        #expect(notice.lines([state(.running)], at: 102) == [])
    }

    @Test func eachReasonToWaitIsSaid() {
        let gone = Problem(.serverUnreachable, "The server is gone.")
        var notice = WaitNotice()
        #expect(notice.lines([state(.queued)], at: 0) == [])
        #expect(notice.lines([state(.queued)], at: 2) == ["film waits for its turn: uploads go one at a time."])
        #expect(notice.lines([state(.queued)], at: 60) == [])
        #expect(notice.lines([state(.retrying, gone)], at: 61).count == 1)
        #expect(notice.lines([state(.retrying, gone)], at: 63) == [])
        #expect(notice.lines([state(.paused)], at: 64).first?.hasPrefix("film is paused: ") == true)
        #expect(notice.lines([state(.queued)], at: 65) == [])
        #expect(notice.lines([state(.running)], at: 66) == ["film goes on."])
    }

    @Test func ofSeveralItSpeaksAsOfSeveral() {
        var several = state(.retrying, Problem(.serverUnreachable, "The server is gone."))
        several.sources = 4
        var notice = WaitNotice()
        #expect(notice.lines([several], at: 0) == [])
        let said = notice.lines([several], at: WaitNotice.silence)
        #expect(said == ["film and 3 more wait, and go on by themselves: The server is gone."])
        several.state = .running
        #expect(notice.lines([several], at: 100) == ["film and 3 more go on."])
    }

    @Test func aHiccupAndAnEndAreNoNews() {
        var notice = WaitNotice()
        #expect(notice.lines([state(.retrying)], at: 0) == [])
        #expect(notice.lines([state(.running)], at: 1) == [])
        #expect(notice.lines([state(.retrying)], at: 2) == [])
        #expect(notice.lines([state(.retrying)], at: 1 + WaitNotice.silence) == [])
        #expect(notice.lines([state(.paused)], at: 2 + WaitNotice.silence).first?.contains("pannier resume") == true)
        #expect(notice.lines([state(.cancelled)], at: 9) == [])
    }
}

@Suite struct CommandNamesTests {
    private let names = CommandNames(all: ["status", "shares", "share", "ls", "mv", "put", "transfers"])

    @Test(
        arguments: [
            (["nonsense"], "nonsense"), (["--profile", "x", "nonsense", "ls"], "nonsense"), (["ls", "nonsense"], nil),
            (["--profile=x", "-x", "Status"], "Status"), (["help", "nonsense"], "nonsense"), (["help"], nil),
            (["help", "ls"], nil), ([], nil), (["--profile"], nil),
            (["--profile", "nonsense"], nil),
        ] as [([String], String?)]) func theFirstWordIsTheCommand(arguments: [String], unknown: String?)
    {
        #expect(names.unknown(in: arguments) == unknown)
    }

    @Test(
        arguments: [
            ("statsu", ["status"]), ("shar", ["share", "shares"]), ("trans", ["transfers"]), ("sl", ["ls"]),
            ("nonsense", []), ("x", []), ("", []),
        ] as [(String, [String])]) func whatItMayHaveBeen(word: String, similar: [String])
    {
        #expect(Set(names.similar(to: word)) == Set(similar))
    }
}

@Suite struct ProgressLineTests {
    private func state(
        _ name: String, done: Int64, of total: Int64, rate: Double = 0, isScanned: Bool = true,
        _ state: TransferState.State = .running
    ) -> TransferState {
        TransferState(
            id: .random(), direction: .upload, state: state, name: name, local: LocalPath("/x"), remote: .myFiles,
            bytesTotal: total, bytesDone: done, isScanned: isScanned, bytesPerSecond: rate)
    }

    @Test func saysHowFarItIs() {
        let line = ProgressLine(width: 100, isUnicode: true)
        let text = line.text([state("film.mov", done: 2_400_000_000, of: 3_900_000_000, rate: 26_500_000)], elapsed: 9)
        #expect(text == "↑ film.mov  ████████████░░░░░░░░  61%  2.4 GB of 3.9 GB  26.5 MB/s  0:57 left")
    }

    @Test func saysHowManyWereNamedTogether() {
        var several = state("film.mov", done: 1_000_000, of: 2_000_000, rate: 1_000_000)
        several.sources = 3_214
        let line = ProgressLine(width: 100, isUnicode: true)
        #expect(line.text([several], elapsed: 1).hasPrefix("↑ film.mov and 3,213 more  █"))
        let queued = state("x", done: 0, of: 5, .queued)
        #expect(line.text([several, queued], elapsed: 1).hasPrefix("↑ film.mov and 3,213 more, 1 more transfer  █"))
        #expect(TransferLine.text(several).hasSuffix("/x and 3,213 more → /"))
        let up = TransferSummary.text(several)
        #expect(up == "film.mov and 3,213 more: running")
    }

    /// Each of them takes longer than its bytes.
    @Test func manySmallFilesGoByFiles() {
        var many = state("five/", done: 15_000, of: 20_000)
        (many.sources, many.filesTotal, many.filesDone) = (4, 4, 1)
        #expect(many.advance.done == 1 && many.advance.total == 4)
        let line = ProgressLine(width: 100, isUnicode: true).text([many], elapsed: 1)
        #expect(line.hasPrefix("↑ five/, 4 files  █") && line.contains(" 25%  15 KB of 20 KB"), "\(line)")
        many.bytesTotal = 4 << 20
        #expect(many.advance.done == 15_000 && many.advance.total == 4 << 20)
    }

    @Test func knowsNothingBeforeThreeSecondsOrBeforeAllIsFound() {
        let line = ProgressLine(width: 100, isUnicode: false)
        let early = line.text([state("x", done: 1_000, of: 2_000, rate: 500)], elapsed: 2.9)
        #expect(early.hasSuffix("2 KB  500 B/s"))
        let growing = line.text([state("x", done: 1_000, of: 2_000, rate: 500, isScanned: false)], elapsed: 60)
        #expect(growing.contains("2 KB+") && !growing.contains("left"))
        #expect(!growing.contains("%"))
    }

    /// A terminal that was made narrower shows the line in several rows.
    @Test func leavesNothingBehindWhenTheTerminalChanges() {
        let drawn = String(repeating: "x", count: 79)
        #expect(ProgressBar.erasure(of: drawn, width: 100, flows: true) == "\r\u{1B}[J")
        #expect(ProgressBar.erasure(of: drawn, width: 80, flows: true) == "\r\u{1B}[J")
        #expect(ProgressBar.erasure(of: drawn, width: 40, flows: true) == "\u{1B}[1A\r\u{1B}[J")
        #expect(ProgressBar.erasure(of: drawn, width: 20, flows: true) == "\u{1B}[3A\r\u{1B}[J")
        #expect(ProgressBar.erasure(of: drawn, width: 20, flows: false) == "\r\u{1B}[J")
    }

    /// The reason has a line of its own: here it would be cut.
    @Test func saysWhenItTriesAgain() {
        var waiting = state("x", done: 0, of: 10, .retrying)
        waiting.problem = Problem(.serverUnreachable, "The server is gone.")
        waiting.retryIn = 12_000
        let text = ProgressLine(width: 80, isUnicode: true).text([waiting], elapsed: 60)
        #expect(text.hasSuffix("tries again in 0:12"))
    }

    /// One line of the terminal, whatever the name.
    @Test func neverLongerThanTheTerminal() {
        let names = [
            "漢字".padding(toLength: 300, withPad: "漢", startingAt: 0), "👩‍👩‍👧‍👦", "e\u{301}\u{301}", "a\u{1B}\nb", "",
        ]
        for name in names {
            for width in [20, 40, 80, 200] {
                for isUnicode in [true, false] {
                    let states = [state(name, done: 5, of: 7, rate: 1e9), state(name, done: 5, of: 7)]
                    let text = ProgressLine(width: width, isUnicode: isUnicode).text(states, elapsed: 5)
                    #expect(ProgressLine.columns(text) < width, "\(width): \(text)")
                    #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control })
                }
            }
        }
    }
}

@Suite struct ArgumentTests {
    /// Swift would make one U+FFFD of many bytes; files are named by theirs.
    @Test func argumentsKeepTheirBytes() throws {
        let samples: [[UInt8]] = [
            Array("put".utf8), [0x2F, 0x61, 0xFF, 0x62], [0xFF], [0xFE], [0xC3], [0xED, 0xA0, 0x80], [0xF4, 0x90],
            Array("\u{10FFFF}\u{10FF80}é漢👩‍👩‍👧‍👦".utf8), Array("\u{FFFD}".utf8), [],
        ]
        for bytes in samples {
            let text = ArgumentBytes.text(of: bytes)
            #expect(ArgumentBytes.bytes(of: text) == bytes)
            if !bytes.isEmpty { #expect(try PathArgument(text).bytes == bytes) }
        }
        #expect(Set(samples.map(ArgumentBytes.text)).count == samples.count)
        #expect(throws: ArgumentFault.self) { try TextArgument.parse(ArgumentBytes.text(of: [0x61, 0xFF])) }
    }

    @Test(
        arguments: [
            ("/plain", "/plain"), ("/", "/"), ("//a", "//a"), ("/.", "/"), (".", "HERE"), ("./", "HERE"),
            ("./a", "HERE/a"),
            ("a/./b", "HERE/a/b"), ("a/.", "HERE/a/"), ("a/", "HERE/a/"), ("..", "HERE/.."), ("a/../b", "HERE/a/../b"),
        ]) func localPathsAreAbsolute(typed: String, path: String) throws
    {
        let here = FileManager.default.currentDirectoryPath
        #expect(try PathArgument(typed).local.description == path.replacingOccurrences(of: "HERE", with: here))
    }

    @Test func emptyPathsAreNone() { #expect(throws: ArgumentFault.self) { try PathArgument("") } }

    @Test func transfersAreNamedByFirstDigits() throws {
        let states = ["aa", "ab"].map { digits in
            TransferState(
                id: TransferID(digits + String(repeating: "0", count: 30))!, direction: .upload, state: .done,
                name: "x",
                local: LocalPath("/x"), remote: .myFiles)
        }
        #expect(try ShortID.find("aa", in: states) == states[0].id)
        #expect(throws: Problem.self) { try ShortID.find("b", in: states) }
        let several = #expect(throws: (any Error).self) { try ShortID.find("a", in: states) }
        #expect(several.map { "\($0)".contains("2 transfers") } == true)
    }
}

@Suite struct JSONTests {
    @Test func nothingInItMovesACursor() throws {
        let hostile = "a\u{9B}31m\u{7F}\u{202E}b\u{E0061}\u{2028}é漢\u{1B}"
        let text = try JSON.text(["name": hostile])
        #expect(text.unicodeScalars.allSatisfy { ![.control, .format].contains($0.properties.generalCategory) })
        #expect(text.contains("\\u009b31m\\u007f\\u202eb\\udb40\\udc61\\u2028é漢"))
        #expect(try JSONDecoder().decode([String: String].self, from: Data(text.utf8)) == ["name": hostile])
    }
}
