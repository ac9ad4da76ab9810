/** An application that is deployed again and again. */
@NullMarked
package io.github.sallyport.sample.redeploy;

import org.jspecify.annotations.NullMarked;
