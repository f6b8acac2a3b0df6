// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Makes tables (Markdown), numbers.csv and a plot (SVG) of what run.sh measured. */
final class Report {
  private static final Set<String> WHOLE_LISTS = Set.of("fisherYates", "fastutil", "collections");
  private static final Pattern BENCHMARK = Pattern.compile("\"benchmark\" : \"[^\"]*\\.(\\w+)\"");
  private static final Pattern SIZE = Pattern.compile("\"size\" : \"(\\d+)\"");
  private static final Pattern RAW = Pattern.compile("\"rawData\" : \\[\\s*\\[([^\\]]*)\\]");

  record Run(String command, long size, double wall, double cpu, double rss) {}

  public static void main(String[] arguments) throws IOException {
    Path results = Path.of(arguments[0]);
    numbers(results, Path.of(arguments[1]));
    StringBuilder tables = new StringBuilder();
    if (Files.exists(results.resolve("numbers.csv"))) {
      tables.append(numbersTable(results.resolve("numbers.csv")));
    }
    if (Files.exists(results.resolve("processes.csv"))) {
      List<Run> best = best(results.resolve("processes.csv"));
      tables.append(processesTable(best));
      Files.writeString(results.resolve("processes.svg"), plot(best));
    }
    Files.writeString(results.resolve("tables.md"), tables);
    System.out.print(tables);
  }

  private static void numbers(Path results, Path target) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(target)) {
      try (Stream<Path> all = Files.list(target)) {
        all.filter(file -> file.toString().endsWith(".json")).sorted().forEach(files::add);
      }
    }
    if (files.isEmpty()) {
      return;
    }
    StringBuilder csv = new StringBuilder("benchmark,size,best_ns,median_ns\n");
    for (Path file : files) {
      String text = Files.readString(file);
      Matcher name = BENCHMARK.matcher(text);
      Matcher size = SIZE.matcher(text);
      Matcher raw = RAW.matcher(text);
      while (name.find() && size.find(name.end()) && raw.find(size.end())) {
        double[] scores =
            Stream.of(raw.group(1).split(",")).mapToDouble(Double::parseDouble).sorted().toArray();
        double per = WHOLE_LISTS.contains(name.group(1)) ? Double.parseDouble(size.group(1)) : 1;
        csv.append(
            format(
                "%s,%s,%.2f,%.2f%n",
                name.group(1), size.group(1), scores[0] / per, scores[scores.length / 2] / per));
      }
    }
    Files.writeString(results.resolve("numbers.csv"), csv);
  }

  private static String numbersTable(Path csv) throws IOException {
    Map<String, Map<Long, String>> rows = new LinkedHashMap<>();
    for (String name :
        List.of(
            "permute", "fillLongs", "fillInts", "kensler", "blackRock", "ff1", "fisherYates",
            "fastutil", "collections")) {
      rows.put(name, new TreeMap<>());
    }
    Set<Long> sizes = new TreeSet<>();
    for (String line : Files.readAllLines(csv).subList(1, Files.readAllLines(csv).size())) {
      String[] cells = line.split(",");
      long size = Long.parseLong(cells[1]);
      sizes.add(size);
      rows.get(cells[0]).put(size, cells[2]);
    }
    StringBuilder table = new StringBuilder("| ns per number |");
    sizes.forEach(size -> table.append(" ").append(size).append(" |"));
    table.append("\n|---|").append("---:|".repeat(sizes.size())).append("\n");
    rows.forEach(
        (name, cells) -> {
          table.append("| ").append(name).append(" |");
          sizes.forEach(size -> table.append(" ").append(cells.getOrDefault(size, "—")).append(" |"));
          table.append("\n");
        });
    return table.append("\n").toString();
  }

  private static List<Run> best(Path csv) throws IOException {
    Map<String, Run> best = new LinkedHashMap<>();
    List<String> lines = Files.readAllLines(csv);
    for (String line : lines.subList(1, lines.size())) {
      String[] cells = line.split(",");
      Run run =
          new Run(
              cells[0],
              Long.parseLong(cells[1]),
              Double.parseDouble(cells[3]),
              Double.parseDouble(cells[4]) + Double.parseDouble(cells[5]),
              Double.parseDouble(cells[6]) / 1024);
      best.merge(run.command + run.size, run, Report::better);
    }
    return List.copyOf(best.values());
  }

  private static Run better(Run a, Run b) {
    return new Run(
        a.command, a.size, Math.min(a.wall, b.wall), Math.min(a.cpu, b.cpu), Math.max(a.rss, b.rss));
  }

  private static String processesTable(List<Run> runs) {
    StringBuilder table =
        new StringBuilder(
            "| N | command | wall s | CPU s | CPU, ours = 1 | greatest RSS, MiB | RSS, ours = 1 |\n"
                + "|---:|---|---:|---:|---:|---:|---:|\n");
    Run ours = null;
    for (Run run : runs) {
      ours = run.command.equals("reconcile permute") ? run : ours;
      table.append(
          format(
              "| %d | %s | %.2f | %.2f | %.2f | %.1f | %.2f |%n",
              run.size, run.command, run.wall, run.cpu, run.cpu / ours.cpu, run.rss,
              run.rss / ours.rss));
    }
    return table.append("\n").toString();
  }

  private static final List<String> COLOURS =
      List.of("#0b6e4f", "#4daf7c", "#9fd4b5", "#1f77b4", "#888888", "#d62728");

  private static String plot(List<Run> runs) {
    StringBuilder svg =
        new StringBuilder(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 420\""
                + " font-family=\"sans-serif\" font-size=\"12\">\n"
                + "<rect width=\"900\" height=\"420\" fill=\"white\"/>\n");
    panel(svg, runs, 60, "CPU time, s", 0.001, 100, Run::cpu);
    panel(svg, runs, 510, "greatest resident memory, MiB", 1, 1000, Run::rss);
    Set<String> names = new LinkedHashSet<>();
    runs.forEach(run -> names.add(run.command));
    int i = 0;
    for (String name : names) {
      int x = 60 + i * 148;
      svg.append(
          format(
              "<path d=\"M%d 400h18\" stroke=\"%s\" stroke-width=\"3\"/>"
                  + "<text x=\"%d\" y=\"404\" font-size=\"8\">%s</text>%n",
              x, COLOURS.get(i), x + 22, name));
      i++;
    }
    return svg.append("</svg>\n").toString();
  }

  private static void panel(
      StringBuilder svg,
      List<Run> runs,
      int left,
      String title,
      double least,
      double most,
      ToDoubleFunction<Run> value) {
    double height = 310 / Math.log10(most / least);
    svg.append(format("<text x=\"%d\" y=\"22\" font-weight=\"bold\">%s</text>%n", left, title));
    for (double tick = least; tick <= most * 1.01; tick *= 10) {
      double y = 350 - height * Math.log10(tick / least);
      svg.append(
          format(
              "<path d=\"M%d %.1fh350\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\""
                  + " text-anchor=\"end\">%s</text>%n",
              left, y, left - 6, y + 4, tick < 1 ? "" + (float) tick : "" + Math.round(tick)));
    }
    for (int power = 3; power <= 8; power++) {
      svg.append(
          format(
              "<text x=\"%d\" y=\"370\" text-anchor=\"middle\">10<tspan dy=\"-4\""
                  + " font-size=\"9\">%d</tspan></text>%n",
              left + (power - 3) * 70, power));
    }
    svg.append(format("<text x=\"%d\" y=\"384\">numbers</text>%n", left + 150));
    Map<String, List<String>> points = new LinkedHashMap<>();
    for (Run run : runs) {
      double x = left + (Math.log10(run.size) - 3) * 70;
      double y = 350 - height * Math.log10(Math.max(least, value.applyAsDouble(run)) / least);
      points.computeIfAbsent(run.command, _ -> new ArrayList<>()).add(format("%.1f,%.1f", x, y));
    }
    int i = 0;
    for (List<String> line : points.values()) {
      svg.append(
          format(
              "<polyline points=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n",
              String.join(" ", line), COLOURS.get(i++)));
    }
  }

  private static String format(String text, Object... values) {
    return String.format(Locale.ROOT, text, values);
  }
}
