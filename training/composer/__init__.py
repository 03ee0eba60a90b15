"""Made-up brochure pages: invented chains, brands and products, drawn as vector PDFs whose labels are known exactly."""
