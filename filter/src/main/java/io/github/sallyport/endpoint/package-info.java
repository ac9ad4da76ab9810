/** Our own resources under {@code /sallyport/}: servlets that read JSON and answer JSON. */
@NullMarked
package io.github.sallyport.endpoint;

import org.jspecify.annotations.NullMarked;
