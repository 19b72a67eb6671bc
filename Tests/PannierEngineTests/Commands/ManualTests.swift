import Foundation
import PannierCore
import Testing

@testable import pannier

/// The manual page says what the program does.
@Suite struct ManualTests {
    private func page() throws -> String {
        let here = URL(filePath: #filePath).resolvingSymlinksInPath()
        let top = here.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        return try String(contentsOf: top.appending(path: "man/pannier.1"), encoding: .utf8)
    }

    @Test(.timeLimit(.minutes(2))) func namesEveryCommandAndOption() async throws {
        let page = try page()
        let device = try AgentDevice()
        let commands = try await device.run("--help").output.split(separator: "\n")
            .filter { $0.hasPrefix("  ") && !$0.hasPrefix("   ") && !$0.hasPrefix("  -") && !$0.hasPrefix("  See") }
            .compactMap { $0.split(separator: " ").first.map(String.init) }
        #expect(commands.count >= 20)
        for command in commands {
            #expect(page.contains(".It Ic \(command)"), "\(command) is not in the manual")
            let help = try await device.run("help", command).output
            for option in help.split(separator: "\n").filter({ $0.hasPrefix("  -") }) {
                for word in option.split(separator: " ").prefix(4) where word.hasPrefix("--") {
                    let name = word.dropFirst(2).prefix { $0 != "," && $0 != "/" }
                    #expect(page.contains("Fl Fl \(name)"), "\(command) --\(name) is not in the manual")
                }
            }
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

    private func state(_ state: TransferState.State, done: Int64 = 0) -> TransferState {
        TransferState(
            id: .random(), direction: .upload, state: state, name: "x", local: LocalPath("/x"), remote: .myFiles,
            filesDone: done)
    }

    @Test func transfersEndWithWhatTheyMean() {
        #expect(TransferReport.status([state(.done)], []) == nil)
        #expect(TransferReport.status([state(.partlyFailed, done: 3)], [.nameTwin]) == .partlyFailed)
        #expect(TransferReport.status([state(.failed)], [.localDiskFull]) == .noSpace)
        #expect(TransferReport.status([state(.failed), state(.done)], [.localDiskFull]) == .partlyFailed)
        #expect(TransferReport.status([state(.cancelled)], []) == .failed)
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

    @Test func knowsNothingBeforeThreeSecondsOrBeforeAllIsFound() {
        let line = ProgressLine(width: 100, isUnicode: false)
        let early = line.text([state("x", done: 1_000, of: 2_000, rate: 500)], elapsed: 2.9)
        #expect(early.hasSuffix("– left"))
        let growing = line.text([state("x", done: 1_000, of: 2_000, rate: 500, isScanned: false)], elapsed: 60)
        #expect(growing.contains("2 KB+") && growing.hasSuffix("– left"))
        #expect(!growing.contains("%"))
    }

    @Test func saysWhyItWaits() {
        var waiting = state("x", done: 0, of: 10, .retrying)
        waiting.problem = Problem(.serverUnreachable, "The server\u{1B} is gone.")
        waiting.retryIn = 12_000
        let text = ProgressLine(width: 120, isUnicode: true).text([waiting], elapsed: 60)
        #expect(text.contains("tries again in 0:12: The server\\x1B is gone."))
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
    /// Swift shows bytes that are no text as U+FFFD; the file is named by its bytes.
    @Test func pathsKeepTheirBytes() {
        let raw: [[UInt8]] = [Array("put".utf8), [0x2F, 0x61, 0xFF, 0x62]]
        let shown = String(decoding: raw[1], as: UTF8.self)
        #expect(LocalArguments.path(shown, among: raw).bytes == raw[1])
        #expect(LocalArguments.path("/plain", among: []).bytes == Array("/plain".utf8))
        #expect(LocalArguments.path(".", among: []).description == FileManager.default.currentDirectoryPath)
        #expect(LocalArguments.path("./a", among: []).description == FileManager.default.currentDirectoryPath + "/a")
    }

    @Test func transfersAreNamedByFirstDigits() throws {
        let states = ["aa", "ab"].map { digits in
            TransferState(
                id: TransferID(digits + String(repeating: "0", count: 30))!, direction: .upload, state: .done,
                name: "x",
                local: LocalPath("/x"), remote: .myFiles)
        }
        #expect(try ShortID.find("aa", in: states) == states[0].id)
        for digits in ["a", "b", ""] {
            #expect(throws: Problem.self) { try ShortID.find(digits, in: states) }
        }
    }
}
