package io.github.sallyport.sample.threads;

import static java.util.Objects.requireNonNull;

import io.github.sallyport.Caller;
import jakarta.inject.Inject;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Goes on with its work as the query says: {@code by} what kind of thread, and {@code do} what. */
@WebServlet(urlPatterns = "/threads", asyncSupported = true)
public class ThreadsServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  // By id: what is released when its request has ended, and what was seen then.
  private final transient ConcurrentHashMap<String, CountDownLatch> ended =
      new ConcurrentHashMap<>();
  private final transient ConcurrentHashMap<String, CompletableFuture<String>> seen =
      new ConcurrentHashMap<>();
  // Two threads for everybody: each is used again and again, by one user after another.
  private final transient ExecutorService pool = Executors.newFixedThreadPool(2);

  @Inject transient Desk desk;

  /** Payara injects nothing into a bean that a thread of the application's own makes. */
  @Override
  public void init() {
    log("served by " + desk);
  }

  @Override
  public void destroy() {
    pool.shutdownNow();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    Callable<String> work =
        "sign".equals(request.getParameter("do")) ? () -> desk.sign() : () -> desk.who();
    Caller caller = (Caller) request.getUserPrincipal();
    switch (request.getParameter("by")) {
      case "start" -> {
        AsyncContext async = request.startAsync();
        async.start(() -> answer(async, Later.outcomeOf(work)));
      }
      case "wrap-async" -> {
        AsyncContext async = request.startAsync();
        pool.execute(caller.wrap(() -> answer(async, Later.outcomeOf(work))));
      }
      case "bare-async" -> {
        AsyncContext async = request.startAsync();
        pool.execute(() -> answer(async, Later.outcomeOf(work)));
      }
      case "wrap" -> write(response, Later.on(task -> pool.execute(caller.wrap(task)), work));
      case "bare" -> write(response, Later.on(pool, work));
      case "stage" -> {
        Executor wrapping = task -> pool.execute(caller.wrap(task));
        write(
            response,
            CompletableFuture.supplyAsync(() -> Later.outcomeOf(work), wrapping)
                .thenApplyAsync(first -> first + ", " + Later.outcomeOf(work), wrapping)
                .join());
      }
      case "afterwards" -> afterwards(request.getParameter("id"), caller, work);
      case "ended" -> {
        requireNonNull(ended.get(request.getParameter("id"))).countDown();
        write(response, requireNonNull(seen.get(request.getParameter("id"))).join());
      }
      default -> throw new IllegalArgumentException("by what?");
    }
  }

  /** Works for the caller when nothing is left of the request. */
  private void afterwards(String id, Caller caller, Callable<String> work) {
    CountDownLatch latch = new CountDownLatch(1);
    CompletableFuture<String> answer = new CompletableFuture<>();
    ended.put(id, latch);
    seen.put(id, answer);
    pool.execute(
        caller.wrap(
            () ->
                answer.complete(
                    Later.outcomeOf(
                        () -> {
                          latch.await();
                          return work.call();
                        }))));
  }

  private static void answer(AsyncContext async, String text) {
    try {
      write((HttpServletResponse) async.getResponse(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      async.complete();
    }
  }

  private static void write(HttpServletResponse response, String text) throws IOException {
    response.setContentType("text/plain");
    response.getWriter().write(text);
  }
}
