/** An application that asks its server for MicroProfile JWT, for the container tests. */
@NullMarked
package io.github.sallyport.sample.login;

import org.jspecify.annotations.NullMarked;
