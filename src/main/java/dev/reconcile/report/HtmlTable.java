// SPDX-License-Identifier: Apache-2.0
package dev.reconcile.report;

import java.util.List;

/**
 * A table of a page, whose rows become cards on a narrow screen: each cell has the name of its
 * column.
 */
final class HtmlTable {
  private final int columns;
  private final StringBuilder html = new StringBuilder();

  /**
   * @param columns the names of the columns
   */
  HtmlTable(List<String> columns) {
    this.columns = columns.size();
    html.append("<table role=\"table\"><thead><tr role=\"row\">");
    for (String column : columns) {
      html.append("<th role=\"columnheader\" scope=\"col\">").append(column).append("</th>");
    }
    html.append("</tr></thead><tbody>\n");
  }

  /** Begins a row; the title is HTML, already escaped. */
  void begin(String title) {
    html.append("<tr role=\"row\"><th role=\"rowheader\" scope=\"row\">");
    html.append(title).append("</th>");
  }

  /** Adds a cell with an escaped text. */
  void cell(String column, String style, String text) {
    html.append("<td role=\"cell\" data-label=\"").append(column).append("\" class=\"");
    html.append(style).append("\">").append(Html.text(text)).append("</td>");
  }

  /** Adds a cell with an escaped text in place of all columns after the title. */
  void wide(String column, String style, String text) {
    html.append("<td role=\"cell\" colspan=\"").append(columns - 1);
    html.append("\" data-label=\"").append(column).append("\" class=\"").append(style);
    html.append("\">").append(Html.text(text)).append("</td>");
  }

  /** Ends a row. */
  void end() {
    html.append("</tr>\n");
  }

  /** Returns the table with its end. */
  String html() {
    return html + "</tbody></table>\n";
  }
}
