package io.github.sallyport.sample.transaction;

import jakarta.inject.Inject;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes on a POST; a GET tells how many transactions have begun. */
@WebServlet("/ledger")
public class LedgerServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Ledger ledger;
  @Inject transient Transactions transactions;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().write(Integer.toString(transactions.begun()));
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.getWriter().write(ledger.write());
  }
}
