/** Tests of the CDI half, on Weld SE. */
@NullMarked
package io.github.sallyport.cdi;

import org.jspecify.annotations.NullMarked;
