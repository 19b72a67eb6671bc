/// The program's version, as it says it everywhere.
package enum PannierVersion {
    package static let text = "0.1.0"
}
