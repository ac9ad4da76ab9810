package io.github.sallyport.jwt;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSelector;
import com.nimbusds.jose.jwk.source.JWKSource;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.SecurityContext;
import io.github.sallyport.Authentication;
import io.github.sallyport.IssuerUnavailableException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Measures what five faults of a key set over HTTP do to us, and to Nimbus' {@code
 * JWKSourceBuilder} as it comes and as it can be set up. A program and no test: Nimbus goes by the
 * system's clock, so that its times are made short and the five take a minute. The same five hold
 * us by a clock that is moved by hand in {@link RemoteKeysTest}.
 */
final class KeySetFaults {
  private static final Duration REFRESH = Duration.ofSeconds(3);
  private static final Duration STALE = Duration.ofSeconds(6);

  /** Of fetches for kids that are not there; Nimbus wants less than REFRESH, by default a tenth. */
  private static final Duration NIMBUS_INTERVAL = Duration.ofSeconds(1);

  private static final Signer OLD = Signer.rsa("old");
  private static final Signer NEW = Signer.rsa("new");

  private KeySetFaults() {}

  /** How it ended to ask for a key. */
  private enum Answer {
    KNOWN,
    REFUSED,
    FAULT
  }

  /** Keys of one issuer. */
  private interface Keys extends AutoCloseable {
    Answer ask(Signer signer);

    @Override
    default void close() {}
  }

  /** Makes keys that are behind a URL. */
  private interface Maker {
    Keys of(URI url) throws Exception;
  }

  public static void main(String[] arguments) throws Exception {
    Map<String, Maker> makers =
        Map.of(
            "ours", KeySetFaults::ours,
            "Nimbus as it comes", url -> nimbus(url, false),
            "Nimbus set up", url -> nimbus(url, true));
    for (Map.Entry<String, Maker> maker : makers.entrySet()) {
      System.out.println("== " + maker.getKey());
      for (Predicate<Run> fault : Run.FAULTS) {
        try (KeyServer server = new KeyServer()) {
          server.publishes(OLD);
          try (Keys keys = maker.getValue().of(server.url())) {
            Run run =
                new Run(
                    server,
                    keys,
                    maker.getKey().equals("ours") ? RemoteKeys.LOOK_AGAIN : NIMBUS_INTERVAL);
            run.during(Duration.ofMillis(500), () -> {});
            run.counted.clear();
            run.slowest = 0;
            run.before = server.fetches();
            boolean passed = fault.test(run);
            System.out.println((passed ? "passes " : "FAILS  ") + run.report);
          }
        }
      }
    }
    System.exit(0); // Nimbus' executors are nobody's to close
  }

  private static Keys ours(URI url) {
    Issuer issuer = new With().keys(new KeySource.Jwks(url, REFRESH, STALE)).issuer();
    JwtAuthenticator authenticator =
        JwtAuthenticator.open(List.of(issuer), Clock.fixed(Bench.NOW, ZoneOffset.UTC));
    Map<String, String> tokens = new ConcurrentHashMap<>();
    return new Keys() {
      @Override
      public Answer ask(Signer signer) {
        String kid = Objects.requireNonNull(signer.kid());
        String token = tokens.computeIfAbsent(kid, x -> signer.token(Bench.claims()));
        try {
          return Bench.show(authenticator, token) instanceof Authentication.Known
              ? Answer.KNOWN
              : Answer.REFUSED;
        } catch (IssuerUnavailableException e) {
          return Answer.FAULT;
        }
      }

      @Override
      public void close() {
        authenticator.close();
      }
    };
  }

  /** With the times of ours; what is left out is its default, but for times that were too long. */
  private static Keys nimbus(URI url, boolean setUp) throws Exception {
    JWKSourceBuilder<SecurityContext> builder =
        JWKSourceBuilder.<SecurityContext>create(url.toURL())
            .cache(REFRESH.toMillis(), 1000)
            .rateLimited(NIMBUS_INTERVAL.toMillis());
    builder =
        setUp
            ? builder
                .refreshAheadCache(1000, true)
                .retrying(true)
                .outageTolerant(REFRESH.plus(STALE).toMillis())
            : builder.refreshAheadCache(false);
    JWKSource<SecurityContext> source = builder.build();
    return signer -> {
      JWKMatcher kid = new JWKMatcher.Builder().keyID(signer.kid()).build();
      try {
        return source.get(new JWKSelector(kid), null).isEmpty() ? Answer.REFUSED : Answer.KNOWN;
      } catch (KeySourceException e) {
        return Answer.FAULT;
      }
    };
  }

  /** One fault at one source of keys, while good tokens are shown 100 times a second. */
  private static final class Run {
    static final List<Predicate<Run>> FAULTS =
        List.of(Run::flood, Run::rotation, Run::down, Run::slow, Run::withdrawn);

    final Map<Answer, Integer> counted = new EnumMap<>(Answer.class);
    private final KeyServer server;
    private final Keys keys;
    private final Duration interval;
    int before;
    String report = "";
    private Signer good = OLD;
    private long slowest;
    private int bogus;

    Run(KeyServer server, Keys keys, Duration interval) {
      this.server = server;
      this.keys = keys;
      this.interval = interval;
    }

    /** Shows the good token, and does something else beside. */
    void during(Duration time, Runnable beside) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        beside.run();
        long start = System.nanoTime();
        counted.merge(keys.ask(good), 1, Integer::sum);
        slowest = Math.max(slowest, System.nanoTime() - start);
        LockSupport.parkNanos(10_000_000);
      }
    }

    private void bogus() {
      for (int i = 0; i < 10; i++) keys.ask(new Signer(OLD.algorithm(), OLD.pair(), "b" + bogus++));
    }

    private boolean allKnown() {
      return !counted.containsKey(Answer.REFUSED) && !counted.containsKey(Answer.FAULT);
    }

    private void says(String fault) {
      report =
          "%s: good %s, slowest %d ms, %d fetches"
              .formatted(fault, counted, slowest / 1_000_000, server.fetches() - before);
    }

    boolean flood() {
      during(Duration.ofSeconds(12), this::bogus);
      says("flood of " + bogus + " made-up kids in 12 s");
      // A fetch each REFRESH is due anyway, and Nimbus lets two pass in an interval.
      return allKnown() && server.fetches() - before <= 2 + 12 / 3 + 2 * 12 / interval.toSeconds();
    }

    boolean rotation() {
      during(Duration.ofSeconds(2), this::bogus);
      server.publishes(OLD, NEW);
      long start = System.nanoTime();
      while (keys.ask(NEW) != Answer.KNOWN
          && System.nanoTime() - start < Duration.ofSeconds(15).toNanos()) {
        during(Duration.ofMillis(20), this::bogus);
      }
      Duration until = Duration.ofNanos(System.nanoTime() - start);
      says("rotation in a flood, new key known after " + until.toMillis() + " ms");
      return allKnown() && until.compareTo(interval.plusSeconds(1)) < 0;
    }

    boolean down() {
      server.answers(KeyServer.text(503, ""));
      during(REFRESH.plusSeconds(3), () -> {});
      boolean served = allKnown();
      says("issuer down, " + REFRESH.plusSeconds(3).toSeconds() + " s");
      during(REFRESH.plus(STALE), () -> {});
      Answer last = keys.ask(OLD);
      report += "; at the end " + last + ", " + (server.fetches() - before) + " fetches";
      return served && last == Answer.FAULT;
    }

    boolean slow() {
      server.answers(
          exchange -> {
            Thread.sleep(10_000);
            KeyServer.text(503, "").to(exchange);
          });
      during(REFRESH.plusSeconds(3), () -> {});
      says("issuer slow, " + REFRESH.plusSeconds(3).toSeconds() + " s");
      return allKnown() && slowest < 100_000_000;
    }

    boolean withdrawn() {
      server.publishes(NEW);
      long start = System.nanoTime();
      while (keys.ask(OLD) == Answer.KNOWN
          && System.nanoTime() - start < Duration.ofSeconds(15).toNanos()) {
        during(Duration.ofMillis(20), () -> {});
      }
      Duration until = Duration.ofNanos(System.nanoTime() - start);
      counted.clear();
      good = NEW;
      during(Duration.ofSeconds(1), () -> {});
      says("key withdrawn, gone after " + until.toMillis() + " ms");
      return allKnown() && until.compareTo(REFRESH.plusSeconds(2)) < 0;
    }
  }
}
