package io.github.sallyport.sample.full;

import io.github.sallyport.sample.threads.Desk;
import io.github.sallyport.sample.threads.Later;
import jakarta.annotation.Resource;
import jakarta.enterprise.concurrent.ContextService;
import jakarta.enterprise.concurrent.ContextServiceDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorDefinition;
import jakarta.enterprise.concurrent.ManagedExecutorService;
import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Asks the container's own parts, as the query says. */
@ContextServiceDefinition(
    name = FullServlet.CONTEXT,
    propagated = {"Sallyport", ContextServiceDefinition.APPLICATION},
    cleared = ContextServiceDefinition.ALL_REMAINING)
@ContextServiceDefinition(
    name = FullServlet.CLEARING,
    propagated = ContextServiceDefinition.APPLICATION,
    cleared = ContextServiceDefinition.ALL_REMAINING)
@ManagedExecutorDefinition(name = FullServlet.EXECUTOR, context = FullServlet.CONTEXT, maxAsync = 2)
@ManagedExecutorDefinition(
    name = FullServlet.CLEARING_EXECUTOR,
    context = FullServlet.CLEARING,
    maxAsync = 2)
@SuppressWarnings("NullAway.Init") // The container sets the resources.
@WebServlet("/full")
public class FullServlet extends HttpServlet {
  static final String CONTEXT = "java:app/concurrent/following";
  static final String EXECUTOR = "java:app/concurrent/followers";
  static final String CLEARING = "java:app/concurrent/clearing";
  static final String CLEARING_EXECUTOR = "java:app/concurrent/cleared";

  private static final long serialVersionUID = 1L;

  private final transient ExecutorService pool = Executors.newFixedThreadPool(2);

  @Resource private transient ManagedExecutorService standard;

  @Resource(lookup = EXECUTOR)
  private transient ManagedExecutorService following;

  @Resource(lookup = CLEARING_EXECUTOR)
  private transient ManagedExecutorService clearing;

  @Resource private transient ContextService context;

  @Inject transient Desk desk;
  @Inject transient SlowDesk slowDesk;
  @Inject transient Teller teller;
  @Inject transient SlowTeller slowTeller;

  @Override
  public void destroy() {
    pool.shutdownNow();
  }

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    boolean sign = "sign".equals(request.getParameter("do"));
    Callable<String> work = sign ? () -> desk.sign() : () -> desk.who();
    String said =
        switch (request.getParameter("by")) {
          case "open" -> teller.open();
          case "who" -> teller.who();
          case "standard" -> Later.on(standard, work);
          case "following" -> Later.on(following, work);
          case "clearing" -> Later.on(clearing, work);
          case "supplier" ->
              CompletableFuture.supplyAsync(
                      context.contextualSupplier(() -> Later.outcomeOf(work)), pool)
                  .join();
          case "stage" ->
              following
                  .supplyAsync(() -> Later.outcomeOf(work))
                  .thenApplyAsync(first -> first + ", " + Later.outcomeOf(work))
                  .join();
          case "bare" -> Later.on(pool, work);
          case "concurrency" ->
              Later.outcomeOf(() -> (sign ? slowDesk.sign() : slowDesk.who()).get());
          case "concurrency-secured" -> Later.outcomeOf(() -> slowDesk.serve().get());
          case "ejb" -> Later.outcomeOf(() -> (sign ? slowTeller.sign() : slowTeller.who()).get());
          case "ejb-secured" -> Later.outcomeOf(() -> slowTeller.serve().get());
          default -> throw new IllegalArgumentException("by what?");
        };
    response.setContentType("text/plain");
    response.getWriter().write(said);
  }
}
