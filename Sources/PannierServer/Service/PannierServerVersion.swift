/// The program's version, as it says it when it is ready.
package enum PannierServerVersion {
    package static let text = "0.1.0"
}
