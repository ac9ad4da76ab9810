package io.github.sallyport.endpoint;

import io.github.sallyport.usage.Tally;
import io.github.sallyport.usage.UsageCell;
import io.github.sallyport.usage.UsageStore.Counted;
import io.github.sallyport.usage.UsageStore.Part;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What was counted, added up by what was asked for, as JSON or as CSV (RFC 4180). */
final class UsageReport {
  private static final List<String> COLUMNS =
      List.of("requests", "refused", "bytes", "average_ms", "p50_ms", "p95_ms", "p99_ms");

  private final List<By> by;
  private final Map<List<String>, Sum> sums = new LinkedHashMap<>();
  private final Sum total = new Sum();

  /** What is told apart. */
  enum By {
    HOUR(Part.HOUR, cell -> UsageCell.beginOf(cell.hour()).toString()),
    DAY(Part.HOUR, cell -> day(cell).toString()),
    MONTH(Part.HOUR, cell -> YearMonth.from(day(cell)).toString()),
    RULE(Part.RULE, UsageCell::rule),
    KEY(Part.KEY, UsageCell::keyId);

    final Part part;

    @SuppressWarnings("ImmutableEnumChecker") // none of them holds anything
    private final Function<UsageCell, String> value;

    By(Part part, Function<UsageCell, String> value) {
      this.part = part;
      this.value = value;
    }

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }

    private static LocalDate day(UsageCell cell) {
      Instant begin = UsageCell.beginOf(cell.hour());
      return LocalDate.ofInstant(begin, ZoneOffset.UTC);
    }
  }

  private static final class Sum {
    private final Tally tally = new Tally();
    private final Map<String, Long> statuses = new TreeMap<>();
    private final Map<String, Long> refused = new TreeMap<>();

    void add(Counted counted) {
      tally.add(counted.tally());
      String outcome = counted.cell().outcome();
      // A class of statuses begins with its digit, a code never does.
      boolean ofApplication =
          outcome.equals(UsageCell.OTHER) || Character.isDigit(outcome.charAt(0));
      Map<String, Long> where = ofApplication ? statuses : refused;
      where.merge(outcome, counted.tally().requests(), Long::sum);
    }

    long refusals() {
      return refused.values().stream().mapToLong(Long::longValue).sum();
    }

    @Nullable Long average() {
      return tally.requests() == 0 ? null : tally.millis() / tally.requests();
    }
  }

  UsageReport(List<By> by, List<Counted> counted) {
    this.by = List.copyOf(by);
    for (Counted each : counted) {
      List<String> group = by.stream().map(b -> b.value.apply(each.cell())).toList();
      sums.computeIfAbsent(group, g -> new Sum()).add(each);
      total.add(each);
    }
  }

  /** Keeps the groups with the most requests, those first. */
  UsageReport top(int most) {
    List<Map.Entry<List<String>, Sum>> sorted = new ArrayList<>(sums.entrySet());
    sorted.sort(Comparator.comparingLong(e -> -e.getValue().tally.requests()));
    sums.clear();
    sorted.stream().limit(most).forEach(e -> sums.put(e.getKey(), e.getValue()));
    return this;
  }

  Map<String, @Nullable Object> json() {
    List<Object> items = new ArrayList<>();
    sums.forEach(
        (group, sum) -> {
          Map<String, @Nullable Object> item = new LinkedHashMap<>();
          for (int i = 0; i < by.size(); i++) item.put(by.get(i).word(), group.get(i));
          put(sum, item);
          items.add(item);
        });
    Map<String, @Nullable Object> all = new LinkedHashMap<>();
    put(total, all);
    Map<String, @Nullable Object> json = new LinkedHashMap<>();
    json.put("items", items);
    json.put("total", all);
    return json;
  }

  private static void put(Sum sum, Map<String, @Nullable Object> json) {
    json.put("requests", sum.tally.requests());
    json.put("statuses", sum.statuses);
    json.put("refused", sum.refused);
    json.put("bytes", sum.tally.bytes());
    Map<String, @Nullable Object> latency = new LinkedHashMap<>();
    latency.put("average", sum.average());
    for (int percent : new int[] {50, 95, 99}) {
      latency.put("p" + percent, orNull(sum.tally.percentile(percent)));
    }
    json.put("latencyMillis", latency);
  }

  private static @Nullable Long orNull(OptionalLong value) {
    return value.isPresent() ? value.getAsLong() : null;
  }

  String csv() {
    StringBuilder csv = new StringBuilder();
    List<String> head = new ArrayList<>(by.stream().map(By::word).toList());
    head.addAll(COLUMNS);
    csv.append(String.join(",", head)).append("\r\n");
    sums.forEach(
        (group, sum) -> {
          List<String> row = new ArrayList<>(group);
          row.add(Long.toString(sum.tally.requests()));
          row.add(Long.toString(sum.refusals()));
          row.add(Long.toString(sum.tally.bytes()));
          row.add(text(sum.average()));
          for (int percent : new int[] {50, 95, 99}) {
            row.add(text(orNull(sum.tally.percentile(percent))));
          }
          csv.append(row.stream().map(UsageReport::quoted).collect(Collectors.joining(",")));
          csv.append("\r\n");
        });
    return csv.toString();
  }

  private static String text(@Nullable Long number) {
    return number == null ? "" : number.toString();
  }

  private static String quoted(String field) {
    return field.chars().allMatch(c -> c > ' ' && c != ',' && c != '"')
        ? field
        : '"' + field.replace("\"", "\"\"") + '"';
  }
}
