package io.github.sallyport.telemetry;

import io.github.sallyport.Caller;
import io.github.sallyport.CredentialKind;
import io.github.sallyport.Refusal;
import io.github.sallyport.Telemetry;
import io.github.sallyport.User;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tells OpenTelemetry's API, which is there only where the application or its server has it. No SDK
 * is needed or forced on anybody: whoever sets one as {@link GlobalOpenTelemetry}, before the
 * deployment or after, hears of what happens from then on. It is never set here, nor asked for in a
 * way that would set it.
 */
public final class OpenTelemetryWatch implements Telemetry {
  /** The longest text that is put on a span: a token's issuer may have long names for its users. */
  private static final int MOST_CHARS = 256;

  private static final System.Logger LOG = System.getLogger("sallyport.telemetry");

  private final Lock making = new ReentrantLock();
  private final List<Consumer<Instruments>> readings = new ArrayList<>(); // guarded by making
  private volatile @Nullable Instruments instruments; // written under making

  /** An API before 1.57 can't be asked whether an SDK was set without setting none for good. */
  private final boolean askable;

  private OpenTelemetryWatch(boolean askable) {
    this.askable = askable;
  }

  /**
   * Opens a watch, or {@link Telemetry#NONE} where there is no OpenTelemetry. With an API before
   * 1.57 it marks spans alone.
   *
   * @param application sees what the web application does
   */
  public static Telemetry open(ClassLoader application) {
    try {
      Class<?> global =
          Class.forName("io.opentelemetry.api.GlobalOpenTelemetry", false, application);
      boolean askable =
          Stream.of(global.getMethods()).anyMatch(method -> method.getName().equals("isSet"));
      if (!askable) LOG.log(Level.INFO, "OpenTelemetry's API is older than 1.57: no metrics");
      return new OpenTelemetryWatch(askable);
    } catch (ClassNotFoundException | LinkageError e) {
      return Telemetry.NONE;
    }
  }

  @Override
  public void judged(
      CredentialKind kind, @Nullable Caller caller, @Nullable Refusal why, long nanos) {
    current().ifPresent(to -> to.judged(kind, why, nanos));
    if (caller != null) mark(Span.current(), caller);
  }

  @Override
  public void refused(Refusal why) {
    current().ifPresent(to -> to.refused(why));
    Span.current().setAttribute("error.type", why.code());
  }

  /** The user by the semantic conventions; they have no word for an application. */
  private static void mark(Span span, Caller caller) {
    if (!span.isRecording()) return;
    caller.application().ifPresent(key -> span.setAttribute("sallyport.key.id", key.keyId()));
    caller.user().map(User::name).ifPresent(name -> span.setAttribute("enduser.id", bounded(name)));
  }

  private static String bounded(String text) {
    return text.length() <= MOST_CHARS ? text : text.substring(0, MOST_CHARS);
  }

  @Override
  public void limited(@Nullable Refusal why) {
    current().ifPresent(to -> to.limited(why));
  }

  @Override
  public void storeAsked(boolean answered, long nanos) {
    current().ifPresent(to -> to.storeAsked(answered, nanos));
  }

  @Override
  public void keysFetched(String issuer, boolean usable, long nanos) {
    current().ifPresent(to -> to.keysFetched(issuer, usable, nanos));
  }

  @Override
  public void watch(Reading reading, LongSupplier value) {
    add(to -> to.watch(reading, value));
  }

  @Override
  public void watchCache(String cache, LongSupplier hits, LongSupplier misses) {
    add(to -> to.watchCache(cache, hits, misses));
  }

  private void add(Consumer<Instruments> reading) {
    making.lock();
    try {
      readings.add(reading);
      Instruments known = instruments;
      if (known != null) reading.accept(known);
    } finally {
      making.unlock();
    }
  }

  /** What is told; empty as long as nobody has set who hears of it. */
  private Optional<Instruments> current() {
    Instruments known = instruments;
    if (known != null || !askable || !GlobalOpenTelemetry.isSet())
      return Optional.ofNullable(known);
    making.lock();
    try {
      Instruments made = instruments;
      if (made == null) {
        made = new Instruments(GlobalOpenTelemetry.get().getMeter("io.github.sallyport"));
        for (Consumer<Instruments> reading : readings) reading.accept(made);
        instruments = made;
      }
      return Optional.of(made);
    } finally {
      making.unlock();
    }
  }

  @Override
  public void close() {
    Instruments known = instruments;
    if (known != null) known.close();
  }
}
