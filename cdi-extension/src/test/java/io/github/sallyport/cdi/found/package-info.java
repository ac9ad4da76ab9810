/** Classes that are found by their files: ours are not looked at. */
@NullMarked
package io.github.sallyport.cdi.found;

import org.jspecify.annotations.NullMarked;
