/// Self-contained HTML pages: figures, curves, tables and rotatable molecules in one file that opens
/// without a network.
///
/// Start with {@link quotient.models.report.HtmlReport}; what a page can hold is a {@link
/// quotient.models.report.Section}. Drawing is done by `report.js` beside the vendored viewer and
/// plotter; here is only data. Nothing here knows training or sampling.
package quotient.models.report;
