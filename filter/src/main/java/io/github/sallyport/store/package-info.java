/** JDBC: one class a port, the migrations, the pool. The only room that sees {@code java.sql}. */
@NullMarked
package io.github.sallyport.store;

import org.jspecify.annotations.NullMarked;
