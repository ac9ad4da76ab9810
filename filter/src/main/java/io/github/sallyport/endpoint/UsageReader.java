package io.github.sallyport.endpoint;

import io.github.sallyport.endpoint.UsageReport.By;
import io.github.sallyport.usage.Usage;
import io.github.sallyport.usage.UsageCell;
import io.github.sallyport.usage.UsageStore;
import io.github.sallyport.usage.UsageStore.Counted;
import io.github.sallyport.usage.UsageStore.Part;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Answers how much was used, by the query's {@code from}, {@code to} and {@code by}. */
public final class UsageReader {
  private static final Duration DEFAULT = Duration.ofDays(30);
  private static final int MOST_CELLS = 100_000;
  private static final int MOST_KEYS = 100;

  private final UsageStore store;
  private final Clock clock;

  /** Reads from the store: what was counted in the last seconds is not there yet. */
  public UsageReader(UsageStore store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** Of one key. */
  void answer(String keyId, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    answer(keyId, List.of(By.HOUR, By.DAY, By.MONTH, By.RULE), request, response);
  }

  /** Of all. */
  void answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
    answer(null, List.of(By.values()), request, response);
  }

  private void answer(
      @Nullable String keyId,
      List<By> possible,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    requireKnownOnce(request);
    Instant now = clock.instant();
    Instant to = time(request, "to", now);
    Instant from = time(request, "from", to.minus(DEFAULT));
    if (!from.isBefore(to) || Duration.between(from, to).compareTo(Usage.KEPT) > 0) {
      throw ProblemException.malformed(
          "The time \"from\" must be before \"to\", by " + Usage.KEPT.toDays() + " days at most.");
    }
    List<By> by = by(request.getParameter("by"), possible);
    UsageReport report = new UsageReport(by, read(keyId, from, to, by));
    if (by.contains(By.KEY)) report.top(MOST_KEYS);
    if (wantsCsv(request)) {
      byte[] csv = report.csv().getBytes(StandardCharsets.UTF_8);
      response.setContentType("text/csv; charset=utf-8; header=present");
      response.setContentLength(csv.length);
      response.getOutputStream().write(csv);
    } else {
      Map<String, @Nullable Object> json = report.json();
      json.put("from", UsageCell.beginOf(UsageCell.hourOf(from)).toString());
      json.put("to", to.toString());
      JsonServlet.write(200, json, response);
    }
  }

  private List<Counted> read(@Nullable String keyId, Instant from, Instant to, List<By> by) {
    Set<Part> parts = EnumSet.of(Part.OUTCOME);
    for (By each : by) parts.add(each.part);
    List<Counted> found =
        store.read(
            keyId,
            UsageCell.hourOf(from),
            UsageCell.hourOf(to.minusNanos(1)) + 1,
            parts,
            MOST_CELLS + 1);
    if (found.size() > MOST_CELLS) {
      throw ProblemException.malformed(
          "That is too much for one answer: shorten the time, or leave out what is told apart.");
    }
    return found;
  }

  private static void requireKnownOnce(HttpServletRequest request) {
    Set<String> known = Set.of("from", "to", "by");
    for (Map.Entry<String, String[]> parameter : request.getParameterMap().entrySet()) {
      if (!known.contains(parameter.getKey()) || parameter.getValue().length > 1) {
        throw ProblemException.malformed("The query may have by, from and to, once each.");
      }
    }
  }

  private static Instant time(HttpServletRequest request, String name, Instant otherwise) {
    Instant time = JsonServlet.time(request, name);
    return time == null ? otherwise : time;
  }

  private static List<By> by(@Nullable String text, List<By> possible) {
    if (text == null) return List.of(By.DAY);
    List<By> by = new ArrayList<>();
    for (String word : text.split(",", -1)) {
      By each =
          possible.stream()
              .filter(p -> p.word().equals(word))
              .findAny()
              .orElseThrow(() -> unknown(possible));
      boolean again = by.stream().anyMatch(b -> b.part == each.part);
      if (again) throw unknown(possible);
      by.add(each);
    }
    return by;
  }

  private static ProblemException unknown(List<By> possible) {
    return ProblemException.malformed(
        "The parameter \"by\" may be "
            + String.join(", ", possible.stream().map(By::word).toList())
            + "; several with commas, of hour, day and month one.");
  }

  /** By which of the two is named first; neither: JSON. */
  private static boolean wantsCsv(HttpServletRequest request) {
    for (String value : Collections.list(request.getHeaders("Accept"))) {
      for (String range : value.split(",", -1)) {
        String type = range.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.equals("text/csv")) return true;
        if (type.equals("application/json")) return false;
      }
    }
    return false;
  }
}
