import ArgumentParser
import Logging
import PannierCore
import PannierServer

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Serve the files of a data folder.",
        discussion: """
            Prints one line with its address when it is ready. Speaks plain HTTP and therefore listens on this machine \
            only; put a TLS proxy in front for others. Ends on SIGTERM or SIGINT.
            """)

    @OptionGroup var folder: DataOption

    @Option(help: ArgumentHelp("Where to listen; port 0 takes any free one.", valueName: "host:port"))
    var listen = ListenAddress(host: "127.0.0.1", port: 7474)

    @Option(
        name: .customLong("public-url"),
        help: ArgumentHelp("The address clients use, if it is another one: that of a proxy.", valueName: "url"),
        transform: Self.publicURL)
    var publicURL: PublicURL?

    private static func publicURL(_ text: String) throws -> PublicURL {
        guard let url = PublicURL(text) else {
            throw ValidationError("It must be http:// or https:// and a host, perhaps a port, and no path: “\(text)”.")
        }
        return url
    }

    func run() async throws {
        try await Outcome.report {
            let options = ServerOptions(data: folder.data, listen: listen, publicURL: publicURL)
            let service = try await FileService(options, logger: .server())
            if service.hasNewKeys {
                Outcome.complain(
                    """
                    made new keys in \(folder.data)/keys. Without them no file can be read: keep a copy of this file \
                    somewhere else, apart from the data.
                    """)
            }
            try await service.run(endsOnSignals: true) { address in
                do {
                    try Outcome.say("pannier-server \(PannierVersion.text) listening on http://\(address)")
                } catch {
                    Outcome.complain("it serves, but standard output cannot be written: \(error).")
                }
            }
        }
    }
}

extension ListenAddress: ExpressibleByArgument {}
