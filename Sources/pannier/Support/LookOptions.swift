import ArgumentParser
import Foundation
import PannierSettings

/// How the screen looks, for this once.
struct LookOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp("Begin with this theme; `auto` goes by the terminal's background.", valueName: "name"),
        completion: .list(["auto"] + ThemeLibrary.shippedNames))
    var theme: String?

    /// What the person has set, in files, variables and here.
    /// - Throws: `ValidationError` when there is no theme of the name that was given here.
    var configuration: Configuration {
        get throws {
            let configuration = Configuration(environment: ProcessInfo.processInfo.environment, theme: theme)
            guard let theme, theme != "auto", configuration.themeName != theme else { return configuration }
            throw Self.unknown(theme, configuration.library.names())
        }
    }

    static func unknown(_ theme: String, _ names: [String]) -> ValidationError {
        ValidationError("There is no theme “\(theme)”. There are: auto, \(names.joined(separator: ", ")).")
    }
}
