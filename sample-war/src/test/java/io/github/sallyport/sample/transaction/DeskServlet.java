package io.github.sallyport.sample.transaction;

import io.github.sallyport.key.IssuedKey;
import jakarta.inject.Inject;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.WebServlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import javax.naming.InitialContext;
import javax.naming.NamingException;
import javax.sql.DataSource;

/** Issues a key on a POST, in a transaction that fails; a GET tells how many visits were noted. */
@WebServlet("/desk")
public class DeskServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;

  @Inject transient Desk desk;

  @Override
  protected void doGet(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement();
        ResultSet visits = statement.executeQuery("SELECT COUNT(*) FROM visit")) {
      visits.next();
      response.getWriter().write(visits.getString(1));
    } catch (SQLException | NamingException e) {
      throw new ServletException(e);
    }
  }

  @Override
  protected void doPost(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    AtomicReference<IssuedKey> issued = new AtomicReference<>();
    try {
      makeTable();
      desk.issueAndFail(database(), issued::set);
    } catch (IllegalStateException e) {
      response.getWriter().write(Objects.requireNonNull(issued.get()).key().reveal());
    } catch (SQLException | NamingException e) {
      throw new ServletException(e);
    }
  }

  private void makeTable() throws SQLException, NamingException {
    try (Connection connection = database().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE IF NOT EXISTS visit (id INT)");
    }
  }

  /** The one that Sallyport was given. */
  @SuppressWarnings("BanJNDI") // the name is the deployment's own
  private DataSource database() throws NamingException {
    return InitialContext.doLookup(
        getServletContext()
            .getFilterRegistration("sallyport")
            .getInitParameter("sallyport.store.datasource"));
  }
}
